"""Checks messages_api.py with Anthropic's own client: what it reads, retries and raises. Prints `skipped` where there is none."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

try:
    import anthropic
except ImportError:
    print("skipped: no package anthropic in this Python")
    sys.exit(0)

for name in [name for name in os.environ if name.startswith(("ANTHROPIC_", "AWS_")) or name.lower().endswith("_proxy")]:
    del os.environ[name]
KEY = "sk-ant-test"
SCHEMA = {"type": "object", "additionalProperties": False, "required": ["class"], "properties": {"class": {"type": "string"}}}
ASKED = {"max_tokens": 100, "messages": [{"role": "user", "content": "why?"}]}


def control(port: str, method: str, path: str, body: object) -> None:
    url = f"http://127.0.0.1:{port}/_control/{path}"
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), method=method)).read()


def refused(call, kind: type, **arguments) -> None:
    try:
        call(**{**ASKED, **arguments})
    except kind:
        return
    raise AssertionError(f"not refused: {arguments}")


def check(port: str) -> None:
    place = f"http://127.0.0.1:{port}"
    client = anthropic.Anthropic(api_key=KEY, base_url=place)
    create = client.messages.create
    message = create(model="claude-sonnet-5-5", **ASKED)
    assert message.stop_reason == "end_turn" and [block.type for block in message.content] == ["thinking", "text"]
    assert message.usage.input_tokens > 0 and message._request_id.startswith("req_")

    control(port, "PUT", "answers", [{"answer": {"class": "DNS"}}])
    structured = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
    assert json.loads(create(model="claude-haiku-5-5", **ASKED, **structured).content[-1].text) == {"class": "DNS"}
    tool = {"tools": [{"name": "t", "strict": True, "input_schema": SCHEMA}], "tool_choice": {"type": "tool", "name": "t"}}
    assert create(model="claude-haiku-5-5", **ASKED, **tool).content[0].input == {"class": "DNS"}

    bad = anthropic.BadRequestError
    refused(create, bad, model="claude-sonnet-5-5", **tool)
    refused(create, bad, model="claude-sonnet-5-5", extra_body={"temperature": 0})
    refused(create, bad, model="claude-sonnet-5-5", thinking={"type": "disabled"})
    refused(create, bad, model="claude-sonnet-5-5", messages=[*ASKED["messages"], {"role": "assistant", "content": "{"}])
    loose = {"type": "object", "properties": {"class": {"type": "string", "maxLength": 3}}}
    refused(create, bad, model="claude-haiku-5-5", output_config={"format": {"type": "json_schema", "schema": loose}})
    refused(create, anthropic.NotFoundError, model="claude-nobody")
    refused(anthropic.Anthropic(api_key="wrong", base_url=place).messages.create, anthropic.AuthenticationError, model="claude-haiku-5-5")

    assert client.models.retrieve("claude-sonnet-4-5").lifecycle == "deprecated"
    assert client.messages.count_tokens(model="claude-haiku-5-5", messages=ASKED["messages"]).input_tokens > 0

    control(port, "POST", "faults", [{"kind": "error", "type": "overloaded_error", "headers": {"retry-after-ms": "10"}, "times": 2}])
    assert create(model="claude-haiku-5-5", **ASKED).stop_reason == "end_turn"  # after two retries
    control(port, "POST", "faults", [{"kind": "error", "type": "rate_limit_error", "code": "enforced_spend_limit_reached", "headers": {"x-should-retry": "false"}}])
    refused(create, anthropic.RateLimitError, model="claude-haiku-5-5")
    control(port, "PUT", "answers", [{"text": "", "stop_reason": "refusal", "stop_details": {"type": "refusal", "category": "cyber", "explanation": None}}])
    assert create(model="claude-haiku-5-5", **ASKED).stop_details.category == "cyber"

    keys = {"aws_access_key": "AKIDTEST", "aws_secret_key": "secret-of-the-test", "aws_region": "eu-west-1", "base_url": place}
    control(port, "PUT", "answers", [])
    platform = anthropic.AnthropicAWS(**keys, workspace_id="wrkspc_test")
    assert platform.messages.create(model="claude-sonnet-5-5", **ASKED).stop_reason == "end_turn"
    bedrock = anthropic.AnthropicBedrock(**keys)
    assert bedrock.messages.create(model="eu.anthropic.claude-sonnet-5-5", **ASKED).stop_reason == "end_turn"
    refused(bedrock.messages.create, bad, model="eu.anthropic.claude-sonnet-5-5", **structured)
    wrong = anthropic.AnthropicBedrock(**{**keys, "aws_secret_key": "wrong"})
    refused(wrong.messages.create, anthropic.PermissionDeniedError, model="eu.anthropic.claude-sonnet-5-5")


def main() -> None:
    script = Path(__file__).with_name("messages_api.py")
    command = [sys.executable, "-B", str(script), "--key", KEY, "--verify", "AKIDTEST=secret-of-the-test"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            check(server.stdout.readline().split()[1])
        finally:
            server.stdin.close()
    print(f"anthropic {anthropic.__version__} agrees")


if __name__ == "__main__":
    main()
