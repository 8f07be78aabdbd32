"""Batch jobs: where each stands is computed from the clock when somebody asks, so nothing has to tick."""

from __future__ import annotations

import math
import time
import uuid
from dataclasses import dataclass, field

from scripted.jobwalks import Attempt, JobWalk
from scripted.logstore import Store, Stream, milliseconds

ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Kill:
    """What TerminateJob or CancelJob has set going."""

    at: float  # when the job is over
    reason: str
    exit_code: int


@dataclass(frozen=True)
class Ending:
    at: float
    status: str
    reason: str | None


@dataclass(frozen=True)
class Try:
    """An attempt as far as it got, times in seconds since 1970."""

    number: int
    script: Attempt
    started: float
    stopped: float | None
    exit_code: int | None
    reason: str | None
    status_reason: str | None


@dataclass(frozen=True)
class Log:
    attempt: int
    container: str
    group: str
    name: str
    stream: Stream


@dataclass
class Job:
    """Times inside are this host's own; `offset` takes them to the server's clock as it stood at submission."""

    id: str
    name: str
    region: str
    queue: str  # ARN, as is the definition
    definition: str
    walk: JobWalk
    request: dict
    submitted: float
    offset: float
    parent: Job | None = None
    index: int = 0  # among the parent's parts
    parts: list[Job] = field(default_factory=list)  # an array's children, or nodes
    listed: float = 0.0  # ListJobs shows it from then on
    hidden: bool = False
    kill: Kill | None = None
    is_terminated: bool = False
    is_cancelled: bool = False
    terminate_calls: int = 0
    terminate_reason: str | None = None
    tasks: list[str] = field(default_factory=list)  # one per attempt
    logs: list[Log] = field(default_factory=list)

    @property
    def arn(self) -> str:
        return f"arn:aws:batch:{self.region}:{ACCOUNT}:job/{self.id}"

    @property
    def is_array(self) -> bool:
        return bool(self.parts) and self.walk.type != "multinode"

    def date(self, at: float) -> int:
        return milliseconds(at + self.offset)

    def plan(self, store: Store) -> None:
        """Names the attempts' tasks, and has everything that they will log stored, to be shown in time."""
        group, offset = self.walk.log_group, self.offset
        self.tasks = [uuid.uuid4().hex for _ in self.walk.attempts]
        if group is None:
            return
        for number, attempt in enumerate(self.walk.attempts):
            for container in [] if attempt.no_stream else self.walk.containers:
                name = self.stream_name(number, container)
                appears = self.submitted + attempt.stream_appears
                stream = store.stream(group, name, self.walk.log_option("awslogs-region", None), appears, offset)
                began = self.submitted
                stream.add(
                    [
                        (milliseconds(began + line.at + offset), began + line.ingested, line.message)
                        for line in attempt.log
                        if line.container == container
                    ]
                )
                self.logs.append(Log(number, container, group, name, stream))

    def stream_name(self, number: int, container: str) -> str | None:
        if self.walk.log_group is None:
            return None
        name = self.definition.rpartition("/")[2].rpartition(":")[0]
        return f"{self.walk.log_option('awslogs-stream-prefix', name)}/{container}/{self.tasks[number]}"

    def ending(self, now: float) -> Ending | None:
        if self.is_array:
            return self._array_ending(now)
        end = self.walk.end
        natural = self.submitted + end.at if end else math.inf
        if self.kill and self.kill.at < natural:
            return Ending(self.kill.at, "FAILED", self.kill.reason) if self.kill.at <= now else None
        if natural > now:
            return None
        last = self.walk.attempts[-1].status_reason if self.walk.attempts else None
        return Ending(natural, end.status, end.reason or last)

    def state(self, now: float) -> tuple[str, str | None]:
        """Status and its reason."""
        if ending := self.ending(now):
            return ending.status, ending.reason
        if self.is_array:
            waiting = all(child.state(now)[0] == "SUBMITTED" for child in self.parts)
            return "SUBMITTED" if waiting else "PENDING", None
        passed = [state for state in self.walk.states if self.submitted + state.at <= now]
        return (passed[-1].status, passed[-1].reason) if passed else ("SUBMITTED", None)

    def tries(self, now: float) -> list[Try]:
        """The attempts begun so far."""
        ending = self.ending(now)
        until = ending.at if ending else now
        tries = []
        for number, attempt in enumerate(self.walk.attempts):
            started = self.submitted + attempt.started
            stopped = math.inf if attempt.stopped is None else self.submitted + attempt.stopped
            if started > until:
                break
            if stopped <= until:
                outcome = (stopped, attempt.exit_code, attempt.reason, attempt.status_reason)
            elif ending and self.kill and ending.at == self.kill.at:
                outcome = (ending.at, self.kill.exit_code, None, ending.reason)
            elif ending:
                outcome = (ending.at, attempt.exit_code, attempt.reason, attempt.status_reason)
            else:
                outcome = (None, None, None, None)
            tries.append(Try(number, attempt, started, *outcome))
        return tries

    def end_early(self, reason: str) -> None:
        """Takes the children or nodes with it. A job that has ended stays as it is."""
        now = time.time()
        if self.kill or self.ending(now):
            return
        self.kill = Kill(now + self.walk.terminate_seconds, reason, self.walk.term_exit_code)
        for part in self.parts:
            part.end_early(reason)
        for log in self.logs:
            log.stream.cut(self.kill.at)
            if log.stream.appears > self.kill.at:
                log.stream.appears = math.inf

    def _array_ending(self, now: float) -> Ending | None:
        endings = [child.ending(now) for child in self.parts]
        if None in endings:
            return None
        at = max(ending.at for ending in endings)
        if all(ending.status == "SUCCEEDED" for ending in endings):
            return Ending(at, "SUCCEEDED", None)
        return Ending(at, "FAILED", self.kill.reason if self.kill else "Array Child Job failed")
