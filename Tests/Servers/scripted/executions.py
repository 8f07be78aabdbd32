"""Executions: where each stands is computed from the clock when somebody asks, so nothing has to tick."""

from __future__ import annotations

import time
import typing
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from scripted import walks
from scripted.walks import Walk

if typing.TYPE_CHECKING:
    from scripted.innerwork import Work

_TERMINAL_EVENT = {
    "SUCCEEDED": "ExecutionSucceeded",
    "FAILED": "ExecutionFailed",
    "TIMED_OUT": "ExecutionTimedOut",
    "ABORTED": "ExecutionAborted",
}


@dataclass(frozen=True)
class Ending:
    at: float
    status: str
    output: str | None
    error: str | None
    cause: str | None

    @property
    def is_redrivable(self) -> bool:
        return self.status in ("FAILED", "TIMED_OUT", "ABORTED")


@dataclass
class Run:
    """One pass over a walk: from the start, or from a redrive."""

    walk: Walk
    began: float
    work: dict[int, Work]  # what its events start, by their index in the walk
    stopped: Ending | None = None

    def ending(self, now: float) -> Ending | None:
        end = self.walk.end
        if self.stopped or end is None or self.began + end.at > now:
            return self.stopped
        return Ending(self.began + end.at, end.status, end.output, end.error, end.cause)


@dataclass
class Execution:
    """Times inside are this host's own; `offset` takes them to the server's clock as it stood at the start."""

    arn: str
    name: str
    machine_arn: str  # unqualified
    qualifiers: dict[str, str]  # stateMachineAliasArn, stateMachineVersionArn
    input: str
    offset: float
    runs: list[Run]
    start_calls: int = 0
    stop_calls: int = 0
    redrives: dict[str, float] = field(default_factory=dict)  # date by client token

    @property
    def ending(self) -> Ending | None:
        """Asked for once for each reply: it can come true between two looks."""
        return self.runs[-1].ending(time.time())

    @property
    def type(self) -> str:
        return self.runs[0].walk.type

    @property
    def status(self) -> str:
        ending = self.ending
        return ending.status if ending else "RUNNING"

    @property
    def start_date(self) -> float:
        return self.date(self.runs[0].began)

    def date(self, at: float) -> float:
        """In whole milliseconds, as AWS keeps times."""
        return round(at + self.offset, 3)

    def stop(self, error: str | None, cause: str | None) -> float:
        """The stop date."""
        self.stop_calls += 1
        return self.abort(error, cause)

    def abort(self, error: str | None, cause: str | None) -> float:
        """The stop date. An execution that has ended stays as it is."""
        ending = self.ending
        if ending is None:
            ending = self.runs[-1].stopped = Ending(time.time(), "ABORTED", None, error, cause)
            for work in self.runs[-1].work.values():
                work.withdraw()
        return self.date(ending.at)

    def redrive(self, begin: Callable[[], Run], token: str | None) -> float:
        """Adds a run to what has happened so far; the same token again changes nothing."""
        if token not in self.redrives:
            token = token or str(uuid.uuid4())
            self.runs.append(begin())
            self.redrives[token] = self.date(self.runs[-1].began)
        return self.redrives[token]

    def summary(self, ending: Ending | None) -> dict:
        """What ListExecutions shows of an execution that has ended so, or not yet."""
        redriven = {"redriveDate": self.date(self.runs[-1].began)} if len(self.runs) > 1 else {}
        stopped = {"stopDate": self.date(ending.at)} if ending else {}
        return {
            "executionArn": self.arn,
            "name": self.name,
            "redriveCount": len(self.runs) - 1,
            **redriven,
            "startDate": self.start_date,
            "stateMachineArn": self.machine_arn,
            **self.qualifiers,
            "status": ending.status if ending else "RUNNING",
            **stopped,
        }

    def history(self, until: float | None = None) -> list[dict]:
        """Every event up to this moment, or to another one, oldest first."""
        now = time.time() if until is None else until
        events: list[dict] = []

        def append(at: float, kind: str, details: dict, previous: int | None = None) -> None:
            identity = len(events) + 1
            events.append(
                {
                    "id": identity,
                    "previousEventId": identity - 1 if previous is None else previous,
                    "timestamp": self.date(at),
                    "type": kind,
                    **details,
                }
            )

        for number, run in enumerate(self.runs):
            if number == 0:
                role = f"arn:aws:iam::{self.arn.split(':')[4]}:role/scripted"
                started = {"input": self.input, "roleArn": role, **self.qualifiers}
                append(run.began, "ExecutionStarted", walks.details("ExecutionStarted", started))
            else:
                append(run.began, "ExecutionRedriven", {"executionRedrivenEventDetails": {"redriveCount": number}})
            ending = run.ending(now)
            for index, event in enumerate(run.walk.events):
                if run.began + event.at <= (ending.at if ending else now):
                    work = run.work.get(index)
                    details = event.details_with(work.output) if work else event.details
                    append(run.began + event.at, event.type, details, event.previous)
            if ending:
                kind = _TERMINAL_EVENT[ending.status]
                content = {"error": ending.error, "cause": ending.cause}
                if ending.status == "SUCCEEDED":
                    content = {"output": ending.output}
                append(ending.at, kind, walks.details(kind, content))
        return events


def without_data(event: dict) -> dict:
    """The event as it is told to those who do not want what the states work on."""
    return {
        name: {key: content for key, content in value.items() if key not in ("input", "output", "parameters")}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }
