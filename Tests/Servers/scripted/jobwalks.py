"""What a Batch job does when it runs: a scripted walk through its states and attempts, with what it logs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from scripted.shapes import Model, Violation

_MODEL = Model("batch")
_TYPES = ("container", "ecs", "eks", "multinode")
_STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING")
_KILLED_AFTER = 30.0  # seconds from SIGTERM to SIGKILL


@dataclass(frozen=True)
class Line:
    at: float
    message: str
    ingested: float
    container: str

    @classmethod
    def parse(cls, script: dict, main: str) -> list[Line]:
        """One line, or as many as `count` says."""
        _check(script, "log entry", {"at", "message", "ingested", "container", "count", "step"})
        at, message, container = float(script["at"]), script["message"], script.get("container", main)
        ingested = float(script.get("ingested", at))
        if "count" not in script:
            return [cls(at, message, ingested, container)]
        step = script.get("step", 0.0)
        return [
            cls(at + step * index, f"{message} {index}", ingested + step * index, container)
            for index in range(script["count"])
        ]


@dataclass(frozen=True)
class Attempt:
    started: float
    stopped: float | None
    exit_code: int | None
    reason: str | None
    status_reason: str | None
    containers: dict[str, dict]  # exitCode and reason of those other than the main one
    log: list[Line]
    no_stream: bool  # Batch names a stream that Logs never has
    stream_appears: float

    @classmethod
    def parse(cls, script: dict, main: str) -> Attempt:
        members = {"started", "stopped", "exitCode", "reason", "statusReason", "containers", "log", "noStream"}
        _check(script, "attempt", members | {"streamAppears"})
        started, stopped = float(script["started"]), script.get("stopped")
        for name, content in script.get("containers", {}).items():
            _check(content, f"container {name}", {"exitCode", "reason"})
        return cls(
            started,
            None if stopped is None else float(stopped),
            script.get("exitCode"),
            script.get("reason"),
            script.get("statusReason", "Essential container in task exited"),
            script.get("containers", {}),
            [line for entry in script.get("log", []) for line in Line.parse(entry, main)],
            script.get("noStream", False),
            float(script.get("streamAppears", started)),
        )


@dataclass(frozen=True)
class State:
    at: float
    status: str
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.status not in _STATUSES:
            raise ValueError(f"no such status before the end: {self.status}")


@dataclass(frozen=True)
class End:
    at: float
    status: str
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.status not in ("SUCCEEDED", "FAILED"):
            raise ValueError(f"not a terminal status: {self.status}")


@dataclass(frozen=True)
class JobWalk:
    type: str = "container"
    nodes: int = 2
    containers: list[str] = field(default_factory=list)  # the first is essential, and the attempt's exit code its own
    states: list[State] = field(default_factory=list)  # in order, retries included
    attempts: list[Attempt] = field(default_factory=list)
    end: End | None = None  # none: runs for ever
    children: dict[str, JobWalk] = field(default_factory=dict)  # by array index, or default
    node_walks: dict[str, JobWalk] = field(default_factory=dict)
    log_configuration: dict | None = None
    terminate_seconds: float = 0.1  # from TerminateJob or CancelJob to the end
    term_exit_code: int = 143

    @classmethod
    def parse(cls, script: dict) -> JobWalk:
        members = {"type", "nodes", "containers", "states", "attempts", "end", "children", "nodeWalks"}
        _check(script, "walk", members | {"logConfiguration", "terminateSeconds", "ignoresTerm"})
        kind = script.get("type", "container")
        if kind not in _TYPES:
            raise ValueError(f"no such type of job: {kind}")
        containers = script.get("containers", ["main"]) if kind in ("ecs", "eks") else ["default"]
        attempts = [Attempt.parse(attempt, containers[0]) for attempt in script.get("attempts", [])]
        if unknown := {line.container for attempt in attempts for line in attempt.log} - set(containers):
            raise ValueError(f"no such container: {', '.join(unknown)}")
        configuration = script.get("logConfiguration")
        if configuration is not None:
            try:
                _MODEL.check("LogConfiguration", configuration, "logConfiguration")
            except Violation as violation:
                raise ValueError(str(violation)) from violation
        # A part has the type and the log configuration of the whole, unless it says otherwise.
        inherited = {"logConfiguration": configuration, "type": "container" if kind == "multinode" else kind}
        if kind in ("ecs", "eks"):
            inherited["containers"] = containers
        ignores = script.get("ignoresTerm", False)
        return cls(
            kind,
            script.get("nodes", 2),
            containers,
            _states([State(**state) for state in script.get("states", [])], attempts),
            attempts,
            End(**script["end"]) if script.get("end") else None,
            {index: cls.parse({**inherited, **child}) for index, child in script.get("children", {}).items()},
            {index: cls.parse({**inherited, **node}) for index, node in script.get("nodeWalks", {}).items()},
            configuration,
            _KILLED_AFTER if ignores is True else float(ignores or script.get("terminateSeconds", 0.1)),
            137 if ignores else 143,
        )

    def as_node(self) -> JobWalk:
        """The same for a node that has no walk of its own."""
        return dataclasses.replace(self, type="container", node_walks={})

    @property
    def log_group(self) -> str | None:
        """Where the containers' output goes, if to CloudWatch Logs."""
        configuration = self.log_configuration or {"logDriver": "awslogs"}
        if self.type == "eks" or configuration["logDriver"] != "awslogs":
            return None
        return self.log_option("awslogs-group", "/aws/batch/job")

    def log_option(self, name: str, default: str | None) -> str | None:
        return ((self.log_configuration or {}).get("options") or {}).get(name, default)


def _check(script: dict, what: str, members: set[str]) -> None:
    if unknown := script.keys() - members:
        raise ValueError(f"{what} has no {', '.join(sorted(unknown))}")


def _states(scripted: list[State], attempts: list[Attempt]) -> list[State]:
    """In order: those scripted, or derived ones before the first attempt; then what the attempts make of them."""
    start = attempts[0].started if attempts else 0.1
    early = [("SUBMITTED", 0.0), ("PENDING", 0.2), ("RUNNABLE", 0.4), ("STARTING", 0.7)]
    if not attempts:
        early.pop()  # never gets that far
    states = [] if scripted else [State(share * start, status) for status, share in early]
    previous = None
    for attempt in attempts:
        if previous is not None:
            states.append(State(previous, "RUNNABLE"))
            states.append(State((previous + attempt.started) / 2, "STARTING"))
        states.append(State(attempt.started, "RUNNING"))
        previous = attempt.stopped
    # Scripted ones come behind derived ones of the same moment, and so win.
    return sorted(states + scripted, key=lambda state: state.at)


SHORT_JOB = JobWalk.parse(
    {
        "attempts": [{"started": 0.1, "stopped": 0.2, "exitCode": 0, "log": [{"at": 0.15, "message": "done"}]}],
        "end": {"at": 0.2, "status": "SUCCEEDED"},
    }
)
