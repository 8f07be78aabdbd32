"""The test's side of the server: JSON under /_control/, never signed.

PUT    machines/NAME   a walk; `*` serves every name that begins with any-
POST   faults          a list of faults, added to those pending            DELETE clears them
GET    calls           what was asked, in order                            DELETE clears it
GET    wait            calls of ?action= once there are ?count=, or after ?timeout= seconds
GET    executions      everything about every execution
PUT    metadata        any of the settings of metadata.Settings; the others stay
PUT    clock           {"offset": seconds}
POST   reset           back to how the server started
"""

from __future__ import annotations

import dataclasses
import json
import typing
import urllib.parse

from scripted.connection import Request, Response
from scripted.executions import Execution
from scripted.faults import Fault
from scripted.walks import Walk

if typing.TYPE_CHECKING:
    from scripted.server import Server


class Control:
    def __init__(self, server: Server):
        self._server = server

    async def answer(self, request: Request) -> Response:
        try:
            return _json(await self._perform(request))
        except LookupError as error:
            return _json({"error": f"no such control or field: {error}"}, 404)
        except (ValueError, TypeError) as error:
            return _json({"error": str(error)}, 400)

    async def _perform(self, request: Request) -> object:
        server = self._server
        body = json.loads(request.body) if request.body else {}
        match request.method, request.path.removeprefix("/_control/").split("/"):
            case "PUT", ["machines", name]:
                server.stepfunctions.machines[urllib.parse.unquote(name)] = Walk.parse(body)
            case "POST", ["faults"]:
                server.faults.pending += [Fault(**fault) for fault in body]
            case "DELETE", ["faults"]:
                server.faults.pending.clear()
            case "GET", ["calls"]:
                return server.calls.received
            case "DELETE", ["calls"]:
                server.calls.received.clear()
            case "GET", ["wait"]:
                query = request.query
                return await server.calls.wait(query["action"], int(query["count"]), float(query["timeout"]))
            case "GET", ["executions"]:
                return [_shown(execution) for execution in server.stepfunctions.executions.values()]
            case "PUT", ["metadata"]:
                server.metadata.settings = dataclasses.replace(server.metadata.settings, **body)
            case "PUT", ["clock"]:
                server.clock.offset = float(body["offset"])
            case "POST", ["reset"]:
                server.reset()
            case _:
                raise LookupError(f"{request.method} {request.path}")
        return {}


def _shown(execution: Execution) -> dict:
    ending = execution.ending
    stopped = execution.runs[-1].stopped
    return {
        "stopDate": None,
        **execution.summary(ending),
        "input": execution.input,
        "output": ending.output if ending else None,
        "error": ending.error if ending else None,
        "cause": ending.cause if ending else None,
        "startCalls": execution.start_calls,
        "stopCalls": execution.stop_calls,
        "stopError": stopped.error if stopped else None,
        "stopCause": stopped.cause if stopped else None,
        "events": execution.history(),
    }


def _json(value: object, status: int = 200) -> Response:
    return Response(status, json.dumps(value).encode(), "application/json")
