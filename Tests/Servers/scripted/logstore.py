"""Log streams and the events in them.

An event is shown once it is ingested. Until then it waits; afterwards it stands among the others in order of its
timestamp, so that a reader can find its place by bisection.
"""

import bisect
import itertools
import json.encoder
import math
import time
from typing import NamedTuple

_OVERHEAD = 26  # bytes that AWS adds to each message when it counts
_serials = itertools.count(1)

# Where an event is among the others. A position names the gap before the first event that is not less than it.
Position = tuple[int, int, int]
HEAD: Position = (0, 0, 0)
TAIL: Position = (1 << 62, 0, 0)


class Event(NamedTuple):
    """In order of position."""

    timestamp: int
    ingestion: int
    serial: int
    size: int
    encoded: bytes  # members of JSON: eventId first, always ID_LENGTH long, then what GetLogEvents shows
    message: str
    stream: bytes  # one more such member: logStreamName

    @property
    def position(self) -> Position:
        return self[:3]

    @property
    def end(self) -> Position:
        """The gap behind it."""
        return self.timestamp, self.ingestion, self.serial + 1


ID_LENGTH = len('"eventId":"",') + 56


def event(timestamp: int, ingestion: int, message: str, stream: bytes) -> Event:
    serial = next(_serials)
    text = json.encoder.encode_basestring(message)
    encoded = (
        f'"eventId":"3{timestamp:014d}{serial:041d}","timestamp":{timestamp},"message":{text},'
        f'"ingestionTime":{ingestion}'
    ).encode("utf-8", errors="replace")
    size = len(message) if message.isascii() else len(message.encode("utf-8", errors="replace"))
    return Event(timestamp, ingestion, serial, size + _OVERHEAD, encoded, message, stream)


class Stream:
    def __init__(self, name: str, region: str | None, appears: float, offset: float):
        """`appears` and every due time are this host's; `offset` takes them to the server's clock. A stream without
        a region is found in all of them."""
        self.name = name
        self.region = region
        self.appears = appears
        self.created = milliseconds(appears + offset)
        self._offset = offset
        self._member = f'"logStreamName":{json.encoder.encode_basestring(name)},'.encode()
        self._ingested: list[Event] = []
        self._waiting: list[tuple[float, Event]] = []  # by due time

    def add(self, events: list[tuple[int, float, str]]) -> None:
        """Timestamp, due time and message of each."""
        for timestamp, due, text in events:
            self._waiting.append((due, event(timestamp, milliseconds(due + self._offset), text, self._member)))
        self._waiting.sort(key=lambda pair: (pair[0], pair[1].serial))

    def generate(self, count: int, size: int, duplicates: float, step: int, first: int) -> None:
        """That many unique lines, ingested already; the share `duplicates` has the timestamp of the line before."""
        ingestion = milliseconds(time.time() + self._offset)
        filler = "." * size
        timestamp = first - step
        made = []
        for index in range(count):
            if int(index * duplicates) == int((index - 1) * duplicates) or index == 0:
                timestamp += step
            made.append(event(timestamp, ingestion, f"{index:09d} {self.name} {filler}"[:size], self._member))
        self._insert(made)

    def cut(self, at: float) -> None:
        """Takes back what would have been logged later than that."""
        last = milliseconds(at + self._offset)
        self._waiting = [pair for pair in self._waiting if pair[1].timestamp <= last]

    def forget(self) -> None:
        """As if it had never been planned."""
        self._waiting.clear()
        self.appears = math.inf

    @property
    def events(self) -> list[Event]:
        """Those ingested, in order."""
        now = time.time()
        if self._waiting and self._waiting[0][0] <= now:
            due = bisect.bisect_right(self._waiting, now, key=lambda pair: pair[0])
            self._insert([event for _, event in self._waiting[:due]])
            del self._waiting[:due]
        return self._ingested

    @property
    def messages(self) -> list[str]:
        return [event.message for event in self.events]

    def between(self, start: Position, end: Position) -> tuple[int, int]:
        """Indices of the events from one gap to another."""
        events = self.events
        return bisect.bisect_left(events, start), bisect.bisect_left(events, end)

    def _insert(self, events: list[Event]) -> None:
        self._ingested += events
        self._ingested.sort()  # cheap on what is in order already


class Store:
    def __init__(self) -> None:
        self.groups: dict[str, dict[str, Stream]] = {}

    def stream(self, group: str, name: str, region: str | None, appears: float, offset: float) -> Stream:
        """The stream of that name, made if need be."""
        return self.groups.setdefault(group, {}).setdefault(name, Stream(name, region, appears, offset))

    def create_group(self, name: str) -> None:
        self.groups.setdefault(name, {})

    def group(self, name: str, region: str) -> dict[str, Stream] | None:
        """What can be seen of a group in a region. It exists there as soon as a stream is planned for it; one without
        streams exists everywhere."""
        held = self.groups.get(name)
        if held is None:
            return None
        streams = [stream for stream in held.values() if stream.region in (None, region)]
        if held and not streams:
            return None
        now = time.time()
        return {stream.name: stream for stream in streams if stream.appears <= now}


def milliseconds(at: float) -> int:
    return round(at * 1000)
