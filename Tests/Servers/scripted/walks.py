"""What a state machine does when it runs: a scripted walk through its states, checked against AWS's own model."""

import json
from dataclasses import dataclass

from botocore.loaders import Loader

_SHAPES = Loader().load_service_model("stepfunctions", "service-2")["shapes"]
_TERMINAL = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
_EXPRESS_SECONDS = 300.0  # no Express execution lasts longer
_WORK = {"batch": {"definition", "queue"}, "glue": {"job"}, "states": {"machine"}}  # what events can start
_TEXTS = ("input", "output", "parameters", "cause")  # JSON in a script becomes text of it

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
    starts: tuple[str, dict] | None  # work in a service, whose answer is the event's output

    @classmethod
    def parse(cls, script: dict) -> "Event":
        content = dict(script)
        at, kind, previous = content.pop("at"), content.pop("type"), content.pop("previous", None)
        if kind not in _SHAPES["HistoryEventType"]["enum"]:
            raise ValueError(f"no such history event: {kind}")
        if "state" in content:
            content["name"] = content.pop("state")
        starts = _started(content.pop("starts", None))
        event = cls(float(at), kind, details(kind, content), previous, starts)
        if starts and (content.get("output") or "output" not in event._content):
            raise ValueError(f"the output of {kind} cannot be the answer of what it starts")
        return event

    @property
    def is_awaited(self) -> bool:
        """Whether a task lasts as long as the work that it starts."""
        return ".sync" in self._content.get("resource", "")

    def details_with(self, output: dict) -> dict:
        return {name: {**content, "output": _text(output)} for name, content in self.details.items()}

    @property
    def _content(self) -> dict:
        return next(iter(self.details.values()), {})


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
class Logging:
    level: str = "OFF"
    group: str | None = None
    includes_data: bool = True

    @classmethod
    def parse(cls, script: dict) -> "Logging":
        if unknown := script.keys() - {"level", "group", "includeExecutionData"}:
            raise ValueError(f"no such part of logging: {', '.join(unknown)}")
        logging = cls(script["level"], script.get("group"), script.get("includeExecutionData", True))
        if logging.level not in _SHAPES["LogLevel"]["enum"]:
            raise ValueError(f"no such level: {logging.level}")
        if logging.level != "OFF" and not logging.group:
            raise ValueError("logging needs a group")
        return logging


@dataclass(frozen=True)
class Walk:
    type: str  # STANDARD or EXPRESS
    events: list[Event]
    end: End | None  # none: runs for ever
    logging: Logging = Logging()

    @classmethod
    def parse(cls, script: dict) -> "Walk":
        if unknown := script.keys() - {"type", "events", "end", "logging"}:
            raise ValueError(f"no such part of a walk: {', '.join(unknown)}")
        kind = script.get("type", "STANDARD")
        if kind not in ("STANDARD", "EXPRESS"):
            raise ValueError(f"no such type of state machine: {kind}")
        events = sorted(map(Event.parse, script.get("events", [])), key=lambda event: event.at)
        end = End.parse(script["end"]) if script.get("end") else None
        if kind == "EXPRESS":
            end = _express_end(end)
        return cls(kind, events, end, Logging.parse(script["logging"]) if script.get("logging") else Logging())


def _express_end(end: End | None) -> End:
    if end is None or end.at > _EXPRESS_SECONDS:
        return End(_EXPRESS_SECONDS, "TIMED_OUT", error="States.Timeout")
    if end.status not in _SHAPES["SyncExecutionStatus"]["enum"]:
        raise ValueError(f"no end of an Express execution: {end.status}")
    return end


def _started(script: dict | None) -> tuple[str, dict] | None:
    if script is None:
        return None
    if len(script) != 1 or script.keys() - _WORK.keys():
        raise ValueError(f"starts takes one of {', '.join(_WORK)}")
    [(service, content)] = script.items()
    if set(content) != _WORK[service]:
        raise ValueError(f"starts {service} takes {', '.join(sorted(_WORK[service]))}")
    return service, content


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
    content = {
        name: value if isinstance(value, str) or name not in _TEXTS else _text(value)
        for name, value in content.items()
        if value is not None
    }
    for name in {*shape.get("required", []), "input", "output"} & shape["members"].keys() - content.keys():
        # A resource that is an ARN, of a Lambda function or an activity, has no name that would do for all.
        if name not in _DEFAULTS or shape["members"][name]["shape"] == "Arn":
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
