"""Every request's way through: fault, entrance, body, answer.

The test's side is JSON under /_control/, never let in by a key:

PUT    answers     a list of scripted answers (messages/answers.py)
POST   faults      a list of {kind, times (1, -1 for ever), status, type, code, message, headers, body, seconds}. Kinds: error,
                   body (as it is), reset, hang, slow, drip, truncate, empty, garbage, html
DELETE faults      clears them
GET    calls       what was asked, in order: path, headers, body, entrance, status
DELETE calls       clears it
PUT    clock       {"offset": seconds}
"""

import asyncio
import itertools
import json
import urllib.parse
import uuid

from messages import bodies
from messages.answers import Answers, tokens
from messages.doors import Doors, Entrance
from messages.errors import Refusal, invalid
from messages.models import MODELS, Model, of_bedrock
from scripted.clock import Clock
from scripted.connection import BadRequest, Connection, Request, Response
from scripted.protocols import AWSError

_VERSIONS = ("2023-06-01", "2026-10-21")
_PORTAL = b"<!DOCTYPE html><html><body>Sign in to use this network.</body></html>"


class Server:
    def __init__(self, keys: set[str], secrets: dict[str, str]):
        self.clock = Clock()
        self._doors = Doors(keys, secrets, self.clock)
        self._answers = Answers()
        self._faults: list[dict] = []
        self._calls: list[dict] = []
        self._connections = itertools.count(1)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(next(self._connections), reader, writer)
        try:
            while request := await connection.read_request():
                if not await self._exchange(connection, request):
                    break
        except BadRequest as error:
            await connection.send(Response(400, str(error).encode()).encoded(self.clock.now()))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            connection.close()

    async def _exchange(self, connection: Connection, request: Request) -> bool:
        """Whether the connection can take another request."""
        if request.path.startswith("/_control/"):
            await connection.send(self._control(request).encoded(self.clock.now()))
            return request.keeps_alive
        call = {"method": request.method, "path": request.target, "headers": request.headers, "body": request.body.decode(errors="replace"), "entrance": None, "status": None}
        self._calls.append(call)
        fault = self._take_fault()
        if fault and fault["kind"] in ("reset", "hang"):
            if fault["kind"] == "hang":
                await connection.wait_until_closed()
            else:
                connection.reset()
            return False
        response = _instead(fault) or self._answer(request, call)
        call["status"] = response.status
        return await _deliver(connection, response, fault, self.clock.now()) and request.keeps_alive

    def _take_fault(self) -> dict | None:
        if not self._faults:
            return None
        fault = self._faults[0]
        if fault.get("times", 1) != -1:
            fault["times"] = fault.get("times", 1) - 1
            if fault["times"] == 0:
                self._faults.pop(0)
        return fault

    def _answer(self, request: Request, call: dict) -> Response:
        bedrock = request.path.startswith("/model/")
        try:
            entrance = self._doors.enter(request)
            call["entrance"] = entrance.kind
            if refusal := bodies.too_large(len(request.body)):
                raise refusal
            return self._route(request, entrance)
        except Refusal as refusal:
            return refusal.response(bedrock=bedrock)
        except AWSError as error:
            headers = {"x-amzn-errortype": error.bare_code, "x-amzn-RequestId": str(uuid.uuid4())}
            return Response(error.status, json.dumps({"message": error.message}).encode(), "application/json", headers)

    def _route(self, request: Request, entrance: Entrance) -> Response:
        match request.method, [urllib.parse.unquote(part) for part in request.path.split("/")[1:]]:
            case "POST", ["v1", "messages"]:
                body, model = self._body(request)
                bodies.check(body, model, _version(request), bedrock=False)
                return _ok(self._answers.next(body, model.id))
            case "POST", ["v1", "messages", "count_tokens"]:
                body, model = self._body(request)
                bodies.check(body, model, _version(request), bedrock=False, counting=True)
                return _ok({"input_tokens": tokens([body.get("system", ""), body["messages"]])})
            case "GET", ["v1", "models", id]:
                _version(request)
                return _ok(_shown(_known(id)))
            case "POST", ["model", id, "invoke"]:
                model = of_bedrock(id)
                if model is None:
                    raise AWSError("ValidationException", "The provided model identifier is invalid.", 400)
                body = _json(request)
                if body.get("anthropic_version") not in model.bedrock_version:
                    raise invalid("anthropic_version: is not supported by this model")
                bodies.check(body, model, body["anthropic_version"], bedrock=True)
                return _ok(self._answers.next(body, model.id))
        if entrance.kind == "signature":
            unknown = {"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"}
            return _ok(unknown)
        raise Refusal("not_found_error", "Not found")

    def _body(self, request: Request) -> tuple[dict, Model]:
        body = _json(request)
        if not isinstance(body, dict) or not isinstance(body.get("model"), str):
            raise invalid("model: Field required")
        return body, _known(body["model"])

    def _control(self, request: Request) -> Response:
        body = json.loads(request.body) if request.body else None
        match request.method, request.path.removeprefix("/_control/"):
            case "PUT", "answers":
                self._answers.scripted = body
            case "POST", "faults":
                self._faults += body
            case "DELETE", "faults":
                self._faults.clear()
            case "GET", "calls":
                return _ok(self._calls)
            case "DELETE", "calls":
                self._calls.clear()
            case "PUT", "clock":
                self.clock.offset = float(body["offset"])
            case _:
                return Response(404)
        return _ok({})


def _json(request: Request) -> object:
    if (request.header("content-type") or "").split(";")[0] != "application/json":
        raise invalid("content-type: must be application/json")
    try:
        return json.loads(request.body)
    except ValueError:
        raise invalid("The request body is not valid JSON") from None


def _version(request: Request) -> str:
    version = request.header("anthropic-version")
    if version not in _VERSIONS:
        raise invalid("anthropic-version: header is required" if version is None else f"anthropic-version: {version!r} is not a valid version")
    return version


def _known(id: str) -> Model:
    if id not in MODELS:
        raise Refusal("not_found_error", f"model: {id}")
    return MODELS[id]


def _shown(model: Model) -> dict:
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.id,
        "created_at": "2026-09-28T00:00:00Z",
        "max_input_tokens": 1_000_000,
        "max_tokens": bodies.MAX_OUTPUT,
        "lifecycle": model.lifecycle,
        "retires_at": model.retires_at,
        "capabilities": None,
    }


def _ok(body: object) -> Response:
    return Response(200, json.dumps(body).encode(), "application/json", {"request-id": "req_" + uuid.uuid4().hex[:24]})


def _instead(fault: dict | None) -> Response | None:
    """What comes in place of the model's answer."""
    match (fault or {}).get("kind"):
        case "error":
            refusal = Refusal(fault.get("type", "api_error"), fault.get("message", "Internal server error"), fault.get("code"), fault.get("headers", {}))
            response = refusal.response(bedrock=False)
            return Response(fault.get("status", response.status), response.body, response.content_type, response.headers)
        case "body":
            return Response(fault.get("status", 200), fault["body"].encode(), "application/json", fault.get("headers", {}))
        case "html":
            return Response(fault.get("status", 200), _PORTAL, "text/html")
        case "empty":
            return Response(200, b"", "application/json")
        case "garbage":
            return Response(200, b"\x00\x01 not JSON {", "application/json")
    return None


async def _deliver(connection: Connection, response: Response, fault: dict | None, now: float) -> bool:
    encoded = response.encoded(now)
    match (fault or {}).get("kind"):
        case "truncate":
            await connection.send(encoded[: len(encoded) - len(response.body) // 2])
            return False
        case "slow":
            await asyncio.sleep(fault["seconds"])
            await connection.send(encoded)
        case "drip":
            await connection.drip(encoded, fault["seconds"])
        case _:
            await connection.send(encoded)
    return True
