"""The CloudWatch Logs API: reads of log streams, paged and limited as AWS does."""

import base64
import bisect
import dataclasses
import itertools
import json
import re
import time
from dataclasses import dataclass

from scripted import filterpatterns
from scripted.clock import Clock
from scripted.connection import Request, Response
from scripted.faults import Fault
from scripted.logstore import HEAD, ID_LENGTH, TAIL, Event, Position, Store, Stream
from scripted.protocols import AWSError, JSONProtocol, arguments, compact, region
from scripted.shapes import Model, Violation

_MODEL = Model("logs")
_GROUP_ARN = re.compile(r"arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:([^:]+)")
_LARGEST_PAGE = 1 << 20  # bytes, as AWS counts them
_LONGEST_PAGE = 10_000


@dataclass
class Limits:
    """Reads per second, and what becomes of tokens."""

    GetLogEvents: float | None = None
    FilterLogEvents: float | None = None
    DescribeLogStreams: float | None = None
    tokenLifetime: float | None = None  # seconds
    emptyPages: int = 0  # before each true one


class Bucket:
    """As many calls at once as may come in a second."""

    def __init__(self, rate: float):
        self._rate = self._tokens = rate
        self._filled = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._tokens = min(self._rate, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True)
class Token:
    direction: str  # f or b
    listing: list  # what it pages through
    position: list  # reading goes on from here
    emptied: int  # empty pages that this position has given so far
    made: float = dataclasses.field(default_factory=time.time)

    @property
    def text(self) -> str:
        content = json.dumps([self.listing, self.position, self.emptied, self.made])
        return f"{self.direction}/{base64.urlsafe_b64encode(content.encode()).decode()}/s"

    @classmethod
    def parse(cls, text: str, listing: list, lifetime: float | None) -> "Token":
        try:
            direction, content, _ = text.split("/")
            token = cls(direction, *json.loads(base64.urlsafe_b64decode(content)))
        except (ValueError, TypeError):
            token = None
        if token is None or token.listing != listing or (lifetime and token.made + lifetime <= time.time()):
            raise _invalid("The specified nextToken is invalid.")
        return token


class Logs:
    signing_name = "logs"
    protocol = JSONProtocol("application/x-amz-json-1.1", "Logs_20140328.", namespaces=False)

    def __init__(self, clock: Clock):
        self._clock = clock
        self.store = Store()
        self.limits = Limits()
        self._buckets: dict[str, Bucket] = {}
        self._actions = {
            "GetLogEvents": self._get,
            "FilterLogEvents": self._filter,
            "DescribeLogStreams": self._describe,
        }

    def limit(self, changes: dict) -> None:
        self.limits = dataclasses.replace(self.limits, **changes)
        rates = {action: getattr(self.limits, action) for action in self._actions}
        self._buckets = {action: Bucket(rate) for action, rate in rates.items() if rate is not None}

    def put(self, script: dict) -> None:
        """Creates a stream or adds to it, as the control has it."""
        if unknown := script.keys() - {"group", "stream", "region", "events", "generate"}:
            raise ValueError(f"no such part of a stream: {', '.join(unknown)}")
        now, offset = time.time(), self._clock.offset
        stream = self.store.stream(script["group"], script["stream"], script.get("region"), now, offset)
        events = []
        for line in script.get("events", []):
            if unknown := line.keys() - {"timestamp", "at", "message", "ingested"}:
                raise ValueError(f"no such part of an event: {', '.join(unknown)}")
            timestamp = line.get("timestamp", round((now + offset + line.get("at", 0.0)) * 1000))
            events.append((int(timestamp), now + line.get("ingested", 0.0), line["message"]))
        stream.add(events)
        if generated := script.get("generate"):
            count, step = generated["count"], generated.get("stepMilliseconds", 1)
            first = generated.get("timestamp", round((now + offset) * 1000) - count * step)
            duplicates = generated.get("duplicateTimestamps", 0.0)
            stream.generate(count, generated.get("bytes", 80), duplicates, step, first)

    def standing(self, _: str, __: Request) -> None:
        """No fault lies about logs."""

    def answer(self, action: str, request: Request, _: Fault | None) -> Response:
        self.protocol.check_action(request, action, self._actions)
        if action in self._buckets and not self._buckets[action].take():
            raise AWSError("ThrottlingException", "Rate exceeded")
        given = arguments(request)
        try:
            _MODEL.check_input(action, given)
        except Violation as violation:
            raise _invalid(f"1 validation error detected: {violation}") from violation
        group, streams = self._group(given, region(request))
        return self.protocol.reply(self._actions[action](given, group, streams))

    # Each action takes its arguments, the name of the log group and its streams, and returns the body.

    def _get(self, given: dict, group: str, streams: dict[str, Stream]) -> bytes:
        stream = _existing(streams, given["logStreamName"])
        listing = [group, stream.name]
        token = self._token(given, listing)
        if token is None and given.get("startFromHead"):
            token = Token("f", listing, HEAD, 0)
        elif token is None:
            end = stream.events[-1].end if stream.events else HEAD
            token = Token("b", listing, end, self.limits.emptyPages)
        if token.direction not in ("f", "b"):
            raise _invalid("The specified nextToken is invalid.")
        if token.emptied < self.limits.emptyPages:
            further = Token(token.direction, listing, token.position, token.emptied + 1).text
            back = Token("b" if token.direction == "f" else "f", listing, token.position, 0).text
            return _events_page([], *((further, back) if token.direction == "f" else (back, further)))

        low, high = (given.get("startTime", 0), 0, 0), (given.get("endTime", TAIL[0]), 0, 0)
        position = tuple(token.position)
        limit = given.get("limit", _LONGEST_PAGE)
        if token.direction == "f":
            first, last = stream.between(max(low, position), high)
            events = _page(stream.events[first : min(last, first + limit)])
        else:
            first, last = stream.between(low, min(high, position))
            events = _page(stream.events[max(first, last - limit) : last][::-1])[::-1]
        forward = Token("f", listing, events[-1].end, 0).text if events else None
        backward = Token("b", listing, events[0].position, 0).text if events else None
        # The token that was sent comes back when there is nothing beyond it.
        if token.direction == "f":
            return _events_page(events, forward or given.get("nextToken") or token.text, backward or _turned(token))
        return _events_page(events, forward or _turned(token), backward or given.get("nextToken") or token.text)

    def _filter(self, given: dict, group: str, streams: dict[str, Stream]) -> bytes:
        names, prefix = given.get("logStreamNames"), given.get("logStreamNamePrefix")
        if names and prefix:
            raise _invalid("Cannot specify both logStreamNames and logStreamNamePrefix.")
        chosen = [_existing(streams, name) for name in dict.fromkeys(names)] if names else list(streams.values())
        chosen = [stream for stream in chosen if stream.name.startswith(prefix or "")]
        pattern = given.get("filterPattern", "")
        try:
            matches = filterpatterns.parse(pattern)
        except ValueError as error:
            raise _invalid(str(error)) from error
        start, end = given.get("startTime", 0), given.get("endTime")
        listing = [group, names, prefix, pattern, start, end]
        token = self._token(given, listing) or Token("n", listing, HEAD, 0)
        if token.emptied < self.limits.emptyPages:
            return _filtered_page([], Token("n", listing, token.position, token.emptied + 1).text)

        low = max((start, 0, 0), tuple(token.position))
        high = TAIL if end is None else (end + 1, 0, 0)
        found, rest = _merged(chosen, low, high, _LONGEST_PAGE)
        limit = given.get("limit", _LONGEST_PAGE)
        # A page is a stretch of what was read, whether or not anything in it matches, as it is on AWS.
        shown = [event for event in found if matches(event.message)] if matches else found
        kept = _page(shown[:limit])
        last = kept[-1] if len(kept) < len(shown) else found[-1] if rest else None
        further = Token("n", listing, last.end, 0).text if last else None
        return _filtered_page(kept, further)

    def _describe(self, given: dict, group: str, streams: dict[str, Stream]) -> bytes:
        prefix, order = given.get("logStreamNamePrefix"), given.get("orderBy", "LogStreamName")
        if prefix and order == "LastEventTime":
            raise _invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
        descriptions = [
            _description(group, stream) for stream in streams.values() if stream.name.startswith(prefix or "")
        ]
        by_name = order == "LogStreamName"
        descriptions.sort(key=lambda shown: shown["logStreamName"])
        if not by_name:
            descriptions.sort(key=lambda shown: shown.get("lastEventTimestamp", 0))
        if given.get("descending"):
            descriptions.reverse()
        listing = [group, prefix, order, given.get("descending", False)]
        token = self._token(given, listing)
        first = token.position[0] if token else 0
        last = first + given.get("limit", 50)
        page = {"logStreams": descriptions[first:last]}
        if last < len(descriptions):
            page["nextToken"] = Token("n", listing, [last], 0).text
        return compact(page)

    def _group(self, given: dict, where: str) -> tuple[str, dict[str, Stream]]:
        name, identifier = given.get("logGroupName"), given.get("logGroupIdentifier")
        if (name is None) == (identifier is None):
            raise _invalid("Exactly one of logGroupName and logGroupIdentifier must be specified.")
        arn = _GROUP_ARN.fullmatch(identifier or "")
        name = name or (arn[1] if arn else identifier)
        streams = self.store.group(name, where)
        if streams is None:
            raise AWSError("ResourceNotFoundException", "The specified log group does not exist.")
        return name, streams

    def _token(self, given: dict, listing: list) -> Token | None:
        if text := given.get("nextToken"):
            return Token.parse(text, listing, self.limits.tokenLifetime)
        return None


def _invalid(message: str) -> AWSError:
    return AWSError("InvalidParameterException", message)


def _existing(streams: dict[str, Stream], name: str) -> Stream:
    if name not in streams:
        raise AWSError("ResourceNotFoundException", "The specified log stream does not exist.")
    return streams[name]


def _turned(token: Token) -> str:
    """The token for the other direction from the same place."""
    return Token("b" if token.direction == "f" else "f", token.listing, token.position, 0).text


def _page(events: list[Event]) -> list[Event]:
    """As many from the first as fit into a page: one always does."""
    sizes = list(itertools.accumulate(event.size for event in events))
    return events[: max(1, bisect.bisect_right(sizes, _LARGEST_PAGE))]


def _merged(streams: list[Stream], low: Position, high: Position, count: int) -> tuple[list[Event], bool]:
    """The first events of several streams together, in order, and whether there are more."""
    ranges = [(stream.events, *stream.between(low, high)) for stream in streams]
    total = sum(last - first for _, first, last in ranges)
    share = count if len(ranges) == 1 else 2 * count // max(1, len(ranges)) + 64
    while True:
        events = [event for held, first, last in ranges for event in held[first : min(last, first + share)]]
        events.sort()
        # Beyond the last event taken of a stream that has more, others of that stream may belong in between.
        ends = [held[first + share - 1].end for held, first, last in ranges if last - first > share]
        known = bisect.bisect_left(events, min(ends)) if ends else len(events)
        if known >= min(count, total):
            return events[:count], total > count
        share *= 2


def _events_page(events: list[Event], forward: str, backward: str) -> bytes:
    joined = b"},{".join([event.encoded[ID_LENGTH:] for event in events])
    tokens = f'],"nextForwardToken":"{forward}","nextBackwardToken":"{backward}"}}'
    return b'{"events":[' + (b"{" + joined + b"}" if events else b"") + tokens.encode()


def _filtered_page(events: list[Event], token: str | None) -> bytes:
    joined = b"},{".join([event.stream + event.encoded for event in events])
    further = f',"nextToken":"{token}"' if token else ""
    end = f'],"searchedLogStreams":[]{further}}}'
    return b'{"events":[' + (b"{" + joined + b"}" if events else b"") + end.encode()


def _description(group: str, stream: Stream) -> dict:
    where = stream.region or "us-east-1"
    shown = {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "arn": f"arn:aws:logs:{where}:123456789012:log-group:{group}:log-stream:{stream.name}",
        "storedBytes": 0,
    }
    if events := stream.events:
        shown |= {
            "firstEventTimestamp": events[0].timestamp,
            "lastEventTimestamp": events[-1].timestamp,
            "lastIngestionTime": max(event.ingestion for event in events),
        }
    return shown
