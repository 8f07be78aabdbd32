"""The models, and what each of them refuses (platform.claude.com, overview and migration pages of 2026-11)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    id: str
    forced_tools: bool = True  # tool_choice any or tool
    thinking_disabled: bool = True
    thinking_enabled: bool = False  # with a budget of tokens
    structured: bool = True
    effort: bool = True
    bedrock_version: tuple[str, ...] = ("bedrock-2023-05-31", "2026-10-21")
    lifecycle: str = "active"
    retires_at: str | None = None


MODELS = {
    model.id: model
    for model in (
        Model("claude-haiku-5-5"),
        Model("claude-sonnet-5-5", forced_tools=False, thinking_disabled=False),
        Model("claude-opus-5-5", forced_tools=False, thinking_disabled=False),
        Model("claude-opus-4-8"),
        Model("claude-haiku-4-5", thinking_enabled=True, effort=False, bedrock_version=("bedrock-2023-05-31",)),
        Model(
            "claude-sonnet-4-5",
            thinking_enabled=True,
            effort=False,
            bedrock_version=("bedrock-2023-05-31",),
            lifecycle="deprecated",
            retires_at="2026-11-30T00:00:00Z",
        ),
    )
}


def of_bedrock(id: str) -> Model | None:
    """By inference profile, foundation model or the ARN of one."""
    name = id.rpartition("/")[2]
    return next((model for model in MODELS.values() if name.endswith("anthropic." + model.id)), None)
