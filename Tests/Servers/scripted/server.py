"""Every request's way through: fault, signature, service, delivery."""

import asyncio
import dataclasses
import gc
import itertools
import ssl

from scripted.batch import Batch
from scripted.calls import Calls
from scripted.clock import Clock
from scripted.connection import BadRequest, Connection, Request, Response
from scripted.control import Control
from scripted.dynamodb import DynamoDB
from scripted.ecs import ECS
from scripted.faults import Fault, Faults
from scripted.glue import Glue
from scripted.logs import Logs
from scripted.metadata import Metadata
from scripted.protocols import AWSError, access_key
from scripted.signatures import Verifier
from scripted.stepfunctions import StepFunctions
from scripted.sts import STS

_AWSService = StepFunctions | Batch | Logs | Glue | ECS | STS | DynamoDB
_PORTAL = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to use this network.</body></html>"


class Server:
    def __init__(self, keys: dict[str, str], dynamodb: str | None):
        """Signatures are checked when there are `keys`: secrets by access key. `dynamodb`: the URL of one."""
        self._keys = keys
        self._elsewhere = [DynamoDB(dynamodb)] if dynamodb else []
        self._connections = itertools.count(1)
        self._control = Control(self)
        self.reset()

    def reset(self) -> None:
        self.clock = Clock()
        self.calls = Calls()
        self.faults = Faults()
        self._first_answers: dict[tuple[str, bytes], Response] = {}  # by action and body, while a fault may replay them
        self.metadata = Metadata(self.clock)
        self.logs = Logs(self.clock)
        self.batch = Batch(self.clock, self.logs.store)
        self.glue = Glue(self.clock, self.logs.store)
        self.ecs = ECS()
        self.sts = STS(self.metadata)
        self.stepfunctions = StepFunctions(self.clock, self.logs.store, self.batch, self.glue)
        self._verifier = Verifier(self._keys, self.metadata)
        gc.collect()  # what refers to itself, as jobs and their parts do

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first request to its end."""
        connection = Connection(next(self._connections), reader, writer)
        try:
            while request := await connection.read_request():
                if not await self._exchange(connection, request):
                    break
        except BadRequest as error:
            await connection.send(Response(400, str(error).encode()).encoded(self.clock.now()))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the peer has gone
        except asyncio.CancelledError:
            pass  # the server is ending; the streams of Python 3.11 would print a cancelled task as an error
        finally:
            connection.close()

    async def _exchange(self, connection: Connection, request: Request) -> bool:
        """Whether the connection can take another request."""
        if request.path.startswith("/_control/"):
            response = await self._control.answer(request)
            await connection.send(response.encoded(self.clock.now()))
            return request.keeps_alive
        service, action = self._destination(request)
        if action is None:
            await connection.send(Response(404).encoded(self.clock.now()))
            return request.keeps_alive

        lied_about = service.standing(action, request) if service and self.faults.pending else None
        fault = self.faults.take(action, lied_about, access_key(request), request.body)
        kind = fault.kind if fault else None
        now = self.clock.now() + (fault.seconds if kind == "skew" else 0)
        refusal, signature = self._verdict(service, request, fault, now)
        call = self.calls.record(connection.number, action, request, fault, signature)
        if kind in ("reset", "hang"):
            return await _break(connection, fault)
        if kind in ("error", "html"):
            response = _instead(fault, service or self.stepfunctions)
        else:
            response = refusal or self._replayed(kind, action, request)
            response = response or await self._process(service, action, request, fault)
            self._remember(action, request, response)
        if kind in ("reply_lost", "hang_after", "hidden", "late_visible"):
            return await _break(connection, fault)
        call["status"] = 200 if kind in ("garbage", "empty") else response.status
        return await _deliver(connection, response, fault, now) and request.keeps_alive

    def _verdict(
        self, service: _AWSService | None, request: Request, fault: Fault | None, now: float
    ) -> tuple[Response | None, str]:
        """The refusal that a bad signature deserves, and what the list of calls says of the signature."""
        if not self._keys or service is None:
            return None, "unchecked"
        skew_code = fault.code if fault and fault.kind == "skew" else None
        try:
            self._verifier.check(request, service.signing_name, now, skew_code)
        except AWSError as error:
            return service.protocol.refusal(error), f"bad: {error.bare_code}: {error.message}"
        return None, "ok"

    def _replayed(self, kind: str | None, action: str, request: Request) -> Response | None:
        return self._first_answers.get((action, request.body)) if kind == "replayed" else None

    def _remember(self, action: str, request: Request, response: Response) -> None:
        if any(fault.kind == "replayed" and fault.action == action for fault in self.faults.pending):
            self._first_answers.setdefault((action, request.body), response)

    def _destination(self, request: Request) -> tuple[_AWSService | None, str | None]:
        """The AWS service asked, if it is one, and the action."""
        if request.path.startswith("/latest/"):
            return None, "imds"
        if request.path == "/container-credentials":
            return None, "container"
        for service in (self.stepfunctions, self.logs, self.batch, self.glue, self.ecs, self.sts, *self._elsewhere):
            if action := service.protocol.action(request):
                return service, action
        if request.path == "/":
            return self.stepfunctions, request.header("x-amz-target") or ""
        return None, None

    async def _process(
        self, service: _AWSService | None, action: str, request: Request, fault: Fault | None
    ) -> Response:
        if action == "imds":
            return self.metadata.answer_instance(request)
        if action == "container":
            return self.metadata.answer_container(request)
        try:
            answer = service.answer(action, request, fault)
            return answer if isinstance(answer, Response) else await answer
        except AWSError as error:
            return service.protocol.refusal(error)


def _instead(fault: Fault, service: _AWSService) -> Response:
    """What comes in place of the service's answer."""
    if fault.kind == "html":
        return Response(200, fault.body.encode() if fault.body else _PORTAL, "text/html; charset=utf-8")
    if fault.body is not None:
        return Response(fault.status, fault.body.encode(), service.protocol.content_type)
    return service.protocol.refusal(AWSError(fault.code or "InternalFailure", fault.message, fault.status))


async def _break(connection: Connection, fault: Fault) -> bool:
    """No answer at all."""
    if fault.kind in ("hang", "hang_after"):
        await connection.wait_until_closed()
    else:
        connection.reset()
    return False


async def _deliver(connection: Connection, response: Response, fault: Fault | None, now: float) -> bool:
    """Sends the answer as the fault has it. Whether the connection can take another request."""
    match fault.kind if fault else None:
        case "garbage":
            body = (fault.body or "\x00\x01 not JSON {").encode()
            await connection.send(dataclasses.replace(response, status=200, body=body).encoded(now))
        case "empty":
            await connection.send(dataclasses.replace(response, status=200, body=b"").encoded(now))
        case "truncate":
            encoded = response.encoded(now)
            await connection.send(encoded[: len(encoded) - (len(response.body) + 1) // 2])
            return False
        case "slow":
            await asyncio.sleep(fault.seconds)
            await connection.send(response.encoded(now + fault.seconds))
        case "drip":
            await connection.drip(response.encoded(now), fault.seconds)
        case "close_idle":
            await connection.send(response.encoded(now))
            return False
        case _:
            await connection.send(response.encoded(now))
    return True
