"""What the model says: what the test has scripted, else that it does not know."""

import json
import re
import uuid

UNKNOWN = {
    "class": "UNKNOWN",
    "action": "manual",
    "summary": "The evidence does not prove a cause.",
    "evidence": [],
    "impact": "Not known.",
    "next_steps": ["Read the log around its first error."],
}


class Answers:
    """Scripted ones are given in order, the last of them for ever. One is {answer: what it says as an object, or text: as it
    is, and stop_reason, stop_details, usage, content, thinking (true), instead: the whole body in place of a message}."""

    def __init__(self) -> None:
        self.scripted: list[dict] = []

    def next(self, body: dict, model: str) -> dict:
        script = {}
        if self.scripted:
            script = self.scripted.pop(0) if len(self.scripted) > 1 else self.scripted[0]
        if "instead" in script:
            return script["instead"]
        content = script.get("content") or self._content(script, body)
        called = any(block["type"] == "tool_use" for block in content)
        return {
            "id": "msg_" + uuid.uuid4().hex[:24],
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": content,
            "stop_reason": script.get("stop_reason", "tool_use" if called else "end_turn"),
            "stop_sequence": None,
            "stop_details": script.get("stop_details"),
            "usage": script.get("usage") or usage(body, content),
        }

    def _content(self, script: dict, body: dict) -> list[dict]:
        said = script.get("answer", UNKNOWN)
        choice = body.get("tool_choice") or {}
        thinking = [{"type": "thinking", "thinking": "", "signature": uuid.uuid4().hex * 8}] if script.get("thinking", True) else []
        if choice.get("type") == "tool" and "text" not in script:
            return [{"type": "tool_use", "id": "toolu_" + uuid.uuid4().hex[:20], "name": choice["name"], "input": said}]
        text = script.get("text", json.dumps(said, ensure_ascii=False))
        return [*thinking, {"type": "text", "text": text}] if text else thinking


def tokens(value: object) -> int:
    """About as many as a tokenizer makes of it."""
    return len(re.findall(r"\w{1,4}|\S", json.dumps(value, ensure_ascii=False)))


def usage(body: dict, content: list[dict]) -> dict:
    read = [body.get("system", ""), body.get("messages", []), body.get("tools", [])]
    return {
        "input_tokens": tokens(read),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": tokens(content),
        "service_tier": "standard",
    }
