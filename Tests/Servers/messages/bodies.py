"""What the Messages API takes, and what it refuses with a 400."""

import re

from messages import schemas
from messages.errors import Refusal, invalid
from messages.models import Model

_TOP = {
    "model", "max_tokens", "messages", "system", "output_config", "thinking", "tools", "tool_choice", "cache_control", "metadata",
    "service_tier", "speed", "inference_geo", "stop_sequences", "stream", "diagnostics", "container",
}  # fmt: skip
_SAMPLING = {"temperature", "top_p", "top_k"}  # of the version 2023-06-01
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
MAX_OUTPUT = 128_000
MAX_BYTES = 32 << 20


def check(body: object, model: Model, version: str, *, bedrock: bool, counting: bool = False) -> None:
    if not isinstance(body, dict):
        raise invalid("Input should be a valid dictionary")
    known = _TOP | (_SAMPLING if version in ("2023-06-01", "bedrock-2023-05-31") else set())
    if bedrock:
        known = known - {"model", "stream", "cache_control", "inference_geo"} | {"anthropic_version", "anthropic_beta"}
    if unknown := sorted(set(body) - known):
        raise invalid(f"{unknown[0]}: Extra inputs are not permitted")
    if not counting:
        tokens = body.get("max_tokens")
        if not isinstance(tokens, int) or isinstance(tokens, bool):
            raise invalid("max_tokens: Field required" if tokens is None else "max_tokens: Input should be a valid integer")
        if not 1 <= tokens <= MAX_OUTPUT:
            raise invalid(f"max_tokens: {tokens} is not within 1 and {MAX_OUTPUT}")
        if tokens > 21_333 and not body.get("stream"):
            raise invalid("Streaming is required for operations that may take longer than 10 minutes")
    _check_system(body.get("system", "x"))
    _check_messages(body.get("messages"))
    _check_output(body.get("output_config", {}), model, bedrock)
    _check_tools(body, model)
    _check_thinking(body, model)


def _check_system(system: object) -> None:
    if isinstance(system, str):
        return
    if not isinstance(system, list) or not all(isinstance(block, dict) and block.get("type") == "text" for block in system):
        raise invalid("system: Input should be a valid string or a list of text blocks")


def _check_messages(messages: object) -> None:
    if not isinstance(messages, list) or not messages:
        raise invalid("messages: at least one message is required")
    called: set[str] = set()
    for index, message in enumerate(messages):
        where = f"messages.{index}"
        if not isinstance(message, dict) or set(message) != {"role", "content"} or message["role"] not in ("user", "assistant"):
            raise invalid(f"{where}: Input should have a role, user or assistant, and content")
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not isinstance(blocks, list) or not blocks:
            raise invalid(f"{where}: content is required")
        answered = {block.get("tool_use_id") for block in blocks if isinstance(block, dict) and block.get("type") == "tool_result"}
        if called - answered:
            raise invalid(f"{where}: `tool_use` ids were found without `tool_result` blocks immediately after: {sorted(called)[0]}")
        if answered - called:
            raise invalid(f"{where}: unexpected `tool_use_id` found in `tool_result` blocks")
        called = {_check_block(block, f"{where}.content.{number}", message["role"]) for number, block in enumerate(blocks)} - {""}
    if messages[0]["role"] != "user":
        raise invalid("messages: first message must use the \"user\" role")
    if messages[-1]["role"] != "user":
        raise invalid("This model does not support assistant message prefill. The conversation must end with a user message.")


def _check_block(block: object, where: str, role: str) -> str:
    """The id of a tool's call, else nothing."""
    allowed = {
        "user": {"text": {"text", "cache_control"}, "tool_result": {"tool_use_id", "content", "is_error", "cache_control"}},
        "assistant": {"text": {"text", "citations"}, "tool_use": {"id", "name", "input", "caller"}, "thinking": {"thinking", "signature"}},
    }[role]
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in allowed:
        raise invalid(f"{where}: Input tag {kind!r} found using 'type' does not match any of the expected tags")
    if unknown := set(block) - {"type"} - allowed[kind]:
        raise invalid(f"{where}.{kind}.{sorted(unknown)[0]}: Extra inputs are not permitted")
    if kind == "text" and not str(block.get("text", "")).strip():
        raise invalid(f"{where}: text content blocks must contain non-whitespace text")
    return block["id"] if kind == "tool_use" else ""


def _check_output(output: object, model: Model, bedrock: bool) -> None:
    if not isinstance(output, dict) or set(output) - {"effort", "format", "task_budget"}:
        raise invalid("output_config: Extra inputs are not permitted")
    if "effort" in output and (not model.effort or output["effort"] not in _EFFORTS):
        raise invalid("output_config.effort: This model does not support the effort parameter.")
    if "format" in output:
        if bedrock or not model.structured:
            raise invalid("output_config.format: Extra inputs are not permitted")
        if not isinstance(output["format"], dict) or set(output["format"]) != {"type", "schema"} or output["format"]["type"] != "json_schema":
            raise invalid("output_config.format: Input should be {type: json_schema, schema}")
        schemas.check(output["format"]["schema"], "output_config.format.schema")


def _check_tools(body: dict, model: Model) -> None:
    tools = body.get("tools", [])
    for index, tool in enumerate(tools):
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(tool.get("name", ""))) or "input_schema" not in tool:
            raise invalid(f"tools.{index}: Field required")
        if unknown := set(tool) - {"name", "description", "input_schema", "strict", "type", "cache_control"}:
            raise invalid(f"tools.{index}.{sorted(unknown)[0]}: Extra inputs are not permitted")
        if tool.get("strict"):
            schemas.check(tool["input_schema"], f"tools.{index}.input_schema")
    choice = body.get("tool_choice")
    if choice is None:
        return
    if not tools:
        raise invalid("tool_choice: tools must be given with it")
    if choice.get("type") in ("any", "tool") and not model.forced_tools:
        raise invalid(f"tool_choice: forced tool use is not supported by {model.id}")
    if choice.get("type") == "tool" and choice.get("name") not in [tool["name"] for tool in tools]:
        raise invalid(f"tool_choice: Tool {choice.get('name')!r} not found in provided tools")


def _check_thinking(body: dict, model: Model) -> None:
    thinking = body.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type")
    if kind == "disabled" and not model.thinking_disabled or kind == "enabled" and not model.thinking_enabled:
        raise invalid(f"thinking.type: '{kind}' is not supported by {model.id}")
    if kind not in ("adaptive", "between_tools", "disabled", "enabled"):
        raise invalid("thinking.type: Input should be 'adaptive', 'between_tools', 'disabled' or 'enabled'")


def too_large(size: int) -> Refusal | None:
    return Refusal("request_too_large", "Request exceeds the maximum size") if size > MAX_BYTES else None
