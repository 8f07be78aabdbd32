"""What a Glue job does when it runs, and its runs: where each stands is computed from the clock when somebody asks."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from scripted.logstore import Store, Stream, milliseconds

LOG_GROUP = "/aws-glue/jobs"
_STREAMS = ("output", "error")
_TERMINAL = ("SUCCEEDED", "FAILED", "TIMEOUT", "ERROR", "STOPPED", "EXPIRED")


@dataclass(frozen=True)
class Line:
    at: float
    message: str
    stream: str = "output"
    ingested: float | None = None

    def __post_init__(self) -> None:
        if self.stream not in _STREAMS:
            raise ValueError(f"no such stream: {self.stream}")


@dataclass(frozen=True)
class End:
    at: float
    state: str
    message: str | None = None

    def __post_init__(self) -> None:
        if self.state not in _TERMINAL:
            raise ValueError(f"not a terminal state: {self.state}")


@dataclass(frozen=True)
class GlueWalk:
    started: float = 0.1
    end: End | None = None  # none: runs for ever
    log: list[Line] = field(default_factory=list)
    stop_seconds: float = 0.1  # from BatchStopJobRun to the end
    stoppable: float = 0.0  # before that many seconds BatchStopJobRun is refused

    @classmethod
    def parse(cls, script: dict) -> GlueWalk:
        if unknown := script.keys() - {"started", "end", "log", "stopSeconds", "stoppable"}:
            raise ValueError(f"a Glue job has no {', '.join(sorted(unknown))}")
        return cls(
            float(script.get("started", 0.1)),
            End(**script["end"]) if script.get("end") else None,
            [Line(**line) for line in script.get("log", [])],
            float(script.get("stopSeconds", 0.1)),
            float(script.get("stoppable", 0.0)),
        )


@dataclass
class GlueRun:
    """Times inside are this host's own; `offset` takes them to the server's clock as it stood at the start."""

    id: str
    job: str
    walk: GlueWalk
    request: dict
    began: float
    offset: float
    listed: float  # GetJobRuns shows it from then on
    hidden: bool = False
    stopped: float | None = None  # when a stop will have ended it
    stop_calls: int = 0
    streams: dict[str, Stream] = field(default_factory=dict)

    def date(self, at: float) -> float:
        return round(at + self.offset, 3)

    def plan(self, store: Store) -> None:
        """Has everything that it will log stored, to be shown in time."""
        began, offset = self.began, self.offset
        for name in _STREAMS:
            group = f"{LOG_GROUP}/{name}"
            stream = self.streams[name] = store.stream(group, self.id, None, began + self.walk.started, offset)
            lines = [line for line in self.walk.log if line.stream == name]
            stream.add(
                [
                    (
                        milliseconds(began + line.at + offset),
                        began + (line.at if line.ingested is None else line.ingested),
                        line.message,
                    )
                    for line in lines
                ]
            )

    def ending(self, now: float) -> End | None:
        """With the time in seconds since 1970."""
        end = self.walk.end
        natural = self.began + end.at if end else math.inf
        if self.stopped is not None and self.stopped < natural:
            return End(self.stopped, "STOPPED") if self.stopped <= now else None
        return End(natural, end.state, end.message) if natural <= now else None

    def state(self, now: float) -> str:
        if ending := self.ending(now):
            return ending.state
        if self.stopped is not None:
            return "STOPPING"
        return "RUNNING" if self.began + self.walk.started <= now else "STARTING"

    def stop(self) -> None:
        """A run that has ended, or is being stopped, stays as it is."""
        now = time.time()
        if self.stopped is not None or self.ending(now):
            return
        self.stopped = now + self.walk.stop_seconds
        for stream in self.streams.values():
            stream.cut(self.stopped)
            if stream.appears > self.stopped:
                stream.appears = math.inf


SHORT_RUN = GlueWalk.parse({"end": {"at": 0.2, "state": "SUCCEEDED"}, "log": [{"at": 0.15, "message": "done"}]})
