"""What SubmitJob refuses beyond what the model says: limits that AWS documents."""

import re

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_OVERRIDES = {
    "container": "containerOverrides",
    "ecs": "ecsPropertiesOverride",
    "eks": "eksPropertiesOverride",
    "multinode": "nodeOverrides",
}
_LARGEST = 30 * 1024


def objection(request: dict, size: int, kind: str) -> str | None:
    """Why a job of that kind cannot be submitted so; `size` is that of the body in bytes."""
    if size > _LARGEST:
        return f"Request payload of {size} bytes exceeds 30 KiB"
    if not _NAME.fullmatch(request["jobName"]):
        return "Job Name should match valid pattern"
    if not request["jobQueue"]:
        return "Job queue must not be empty"
    for member, low, high in (
        ("arrayProperties.size", 2, 10_000),
        ("timeout.attemptDurationSeconds", 60, None),
        ("retryStrategy.attempts", 1, 10),
        ("schedulingPriorityOverride", 0, 9999),
    ):
        value = _at(request, member)
        if value is not None and (value < low or (high is not None and value > high)):
            limit = f"between {low} and {high}" if high else f"at least {low}"
            return f"{member} must be {limit}, not {value}"
    for member, most in (("dependsOn", 20), ("retryStrategy.evaluateOnExit", 5), ("tags", 50)):
        if len(_at(request, member) or ()) > most:
            return f"{member} must not have more than {most} members"
    if "arrayProperties" in request and kind == "multinode":
        return "A multi-node parallel job cannot be an array"
    for override in _OVERRIDES.values():
        if override in request and override != _OVERRIDES[kind]:
            return f"{override} does not fit a job definition of type {kind}"
    return _bad_container(request.get("containerOverrides") or {})


def _bad_container(overrides: dict) -> str | None:
    if "" in (overrides.get("command") or []):
        return "Container override command must not contain empty strings"
    for variable in overrides.get("environment") or []:
        if (variable.get("name") or "").startswith("AWS_BATCH"):
            return "Environment variables cannot start with AWS_BATCH"
    return None


def _at(request: dict, path: str) -> object:
    value = request
    for name in path.split("."):
        value = (value or {}).get(name)
    return value
