"""What a state machine does when it runs: a scripted walk through its states, checked against AWS's own model."""

from dataclasses import dataclass

from botocore.loaders import Loader

_SHAPES = Loader().load_service_model("stepfunctions", "service-2")["shapes"]
_TERMINAL = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")

# What AWS always sends with an event and a script need not spell out.
_DEFAULTS = {
    "input": "{}",
    "output": "{}",
    "resourceType": "lambda",
    "resource": "invoke",
    "region": "us-east-1",
    "parameters": "{}",
}


@dataclass(frozen=True)
class Event:
    at: float  # seconds after the start of the run
    type: str
    details: dict  # the event's one details member, {name: content}, or nothing
    previous: int | None  # previousEventId where it is not the event just before

    @classmethod
    def parse(cls, script: dict) -> "Event":
        content = dict(script)
        at, kind, previous = content.pop("at"), content.pop("type"), content.pop("previous", None)
        if kind not in _SHAPES["HistoryEventType"]["enum"]:
            raise ValueError(f"no such history event: {kind}")
        if "state" in content:
            content["name"] = content.pop("state")
        return cls(float(at), kind, details(kind, content), previous)


@dataclass(frozen=True)
class End:
    at: float
    status: str
    output: str | None = None
    error: str | None = None
    cause: str | None = None

    @classmethod
    def parse(cls, script: dict) -> "End":
        end = cls(**script)
        if end.status not in _TERMINAL:
            raise ValueError(f"not a terminal status: {end.status}")
        if end.status == "SUCCEEDED" and end.output is None:
            return cls(end.at, end.status, "{}")
        return end


@dataclass(frozen=True)
class Walk:
    type: str  # STANDARD or EXPRESS
    events: list[Event]
    end: End | None  # none: runs for ever

    @classmethod
    def parse(cls, script: dict) -> "Walk":
        if unknown := script.keys() - {"type", "events", "end"}:
            raise ValueError(f"no such part of a walk: {', '.join(unknown)}")
        kind = script.get("type", "STANDARD")
        if kind not in ("STANDARD", "EXPRESS"):
            raise ValueError(f"no such type of state machine: {kind}")
        events = sorted(map(Event.parse, script.get("events", [])), key=lambda event: event.at)
        return cls(kind, events, End.parse(script["end"]) if script.get("end") else None)


def details(kind: str, content: dict) -> dict:
    """The details member of an event of that kind, complete with what the model requires."""
    if kind.endswith("StateEntered"):
        member = "stateEnteredEventDetails"
    elif kind.endswith("StateExited"):
        member = "stateExitedEventDetails"
    else:
        member = kind[0].lower() + kind[1:] + "EventDetails"
    if member not in _SHAPES["HistoryEvent"]["members"]:
        if content:
            raise ValueError(f"{kind} has no details, but the script gives {', '.join(content)}")
        return {}
    shape = _SHAPES[_SHAPES["HistoryEvent"]["members"][member]["shape"]]
    if unknown := content.keys() - shape["members"].keys():
        raise ValueError(f"{kind} has no {', '.join(unknown)}")
    content = {name: value for name, value in content.items() if value is not None}
    for name in {*shape.get("required", []), "input", "output"} & shape["members"].keys() - content.keys():
        if name not in _DEFAULTS:
            raise ValueError(f"{kind} needs {name}")
        content[name] = _DEFAULTS[name]
    for name in ("inputDetails", "outputDetails"):
        if name in shape["members"]:
            content.setdefault(name, {"truncated": False})
    return {member: content}


SHORT_SUCCESS = Walk.parse(
    {
        "events": [
            {"at": 0.0, "type": "TaskStateEntered", "state": "Work"},
            {"at": 0.2, "type": "TaskStateExited", "state": "Work"},
        ],
        "end": {"at": 0.2, "status": "SUCCEEDED"},
    }
)
