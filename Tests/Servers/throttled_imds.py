"""An instance metadata service (IMDSv2) that answers at most 50 requests in any second and 503 beyond, and on the same port
a Step Functions that knows no execution but counts who asks with the keys of that service.

Prints `ready PORT` when it listens and ends when its standard input does. GET /_counts answers with JSON: `asked` and
`throttled`, requests of metadata; `calls`, signed calls, and `last_call_at`, the time of the last one (time.monotonic()).
"""

import asyncio
import itertools
import json
import sys
import time
from collections import deque

from scripted.connection import BadRequest, Connection, Request, Response
from scripted_aws import end_of_input

REQUESTS_PER_SECOND = 50
ACCESS_KEY, ROLE, TOKEN = "ASIATHROTTLED", "ops-agent", "metadata-token"
ROLES = "/latest/meta-data/iam/security-credentials/"


class ThrottledMetadata:
    def __init__(self):
        self._connections = itertools.count(1)
        self._answered = deque()  # times, of the last second
        self._counts = {"asked": 0, "throttled": 0, "calls": 0, "last_call_at": None}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(next(self._connections), reader, writer)
        try:
            while request := await connection.read_request():
                await connection.send(self._answer(request).encoded(time.time()))
        except (BadRequest, ConnectionError, asyncio.IncompleteReadError):
            pass  # the peer has gone
        finally:
            connection.close()

    def _answer(self, request: Request) -> Response:
        if request.path == "/_counts":
            return Response(200, json.dumps(self._counts).encode())
        if request.method == "POST":
            return self._describe_execution(request)
        self._counts["asked"] += 1
        now = time.monotonic()
        while self._answered and self._answered[0] <= now - 1:
            self._answered.popleft()
        if len(self._answered) >= REQUESTS_PER_SECOND:
            self._counts["throttled"] += 1
            return Response(503)
        self._answered.append(now)
        return self._metadata(request)

    def _metadata(self, request: Request) -> Response:
        if request.method == "PUT":
            return Response(200, TOKEN.encode())
        if request.header("x-aws-ec2-metadata-token") != TOKEN:
            return Response(401)
        if request.path == ROLES:
            return Response(200, ROLE.encode())
        if request.path != ROLES + ROLE:
            return Response(404)
        expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 6 * 3600))
        keys = {"AccessKeyId": ACCESS_KEY, "SecretAccessKey": "secret", "Token": "token", "Expiration": expiration}
        return Response(200, json.dumps({"Code": "Success", **keys}).encode())

    def _describe_execution(self, request: Request) -> Response:
        if f"Credential={ACCESS_KEY}/" not in (request.header("authorization") or ""):
            return Response(403)
        self._counts["calls"] += 1
        self._counts["last_call_at"] = time.monotonic()
        body = json.dumps({"__type": "ExecutionDoesNotExist", "message": "Execution Does Not Exist"}).encode()
        return Response(400, body, "application/x-amz-json-1.0", {"x-amzn-RequestId": "throttled"})


async def main() -> None:
    listener = await asyncio.start_server(ThrottledMetadata().serve, "127.0.0.1", 0, backlog=1024)
    print("ready", listener.sockets[0].getsockname()[1], flush=True)
    await end_of_input()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
