"""An HTTP proxy for tests: CONNECT, and requests with an absolute URL. Whatever host is asked for, it goes to 127.0.0.1.

    python proxy.py --log FILE [--user NAME:PASSWORD] [--refuse STATUS | --page STATUS]

Prints `ready PORT` when it listens and ends when its standard input does. FILE gets a line of JSON for each request:
`method`, `target`, and `authorization`, what Proxy-Authorization held or null.
"""

import argparse
import asyncio
import base64
import contextlib
import itertools
import json
import time
from pathlib import Path
from urllib.parse import urlsplit

from scripted.connection import BadRequest, Connection, Request, Response
from scripted_aws import end_of_input

PORTAL = b"<!DOCTYPE html><html><body>Sign in to use this network.</body></html>"


class Proxy:
    def __init__(self, options: argparse.Namespace):
        self._options = options
        self._numbers = itertools.count(1)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(next(self._numbers), reader, writer)
        try:
            while request := await connection.read_request():
                self._log(request)
                if refusal := self._refusal(request):
                    await connection.send(refusal.encoded(time.time()))
                elif request.method == "CONNECT":
                    await self._tunnel(request, reader, writer)
                    break
                else:
                    await connection.send(await self._forwarded(request))
        except (BadRequest, ConnectionError, asyncio.IncompleteReadError):
            pass  # the peer has gone
        finally:
            connection.close()

    def _log(self, request: Request) -> None:
        authorization = request.header("proxy-authorization")
        entry = {"method": request.method, "target": request.target, "authorization": authorization}
        with self._options.log.open("a") as log:
            print(json.dumps(entry), file=log)

    def _refusal(self, request: Request) -> Response | None:
        """What comes in place of the tunnel or the answer."""
        if user := self._options.user:
            if request.header("proxy-authorization") != "Basic " + base64.b64encode(user.encode()).decode():
                return Response(407, headers={"Proxy-Authenticate": 'Basic realm="test"'})
        if status := self._options.page:
            location = {"Location": "http://portal.example.test/"} if status // 100 == 3 else {}
            return Response(status, PORTAL, "text/html", location)
        return Response(self._options.refuse) if self._options.refuse else None

    async def _tunnel(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, to_upstream = await asyncio.open_connection("127.0.0.1", int(request.target.rpartition(":")[2]))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_copy(reader, to_upstream), _copy(upstream, writer))

    async def _forwarded(self, request: Request) -> bytes:
        """The answer of the server, as it came."""
        url = urlsplit(request.target)
        upstream, to_upstream = await asyncio.open_connection("127.0.0.1", url.port or 80)
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
        to_upstream.write("\r\n".join([*lines, "", ""]).encode("latin-1") + request.body)
        head = await upstream.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if line)
        body = await upstream.readexactly(int(fields["content-length"]))
        to_upstream.close()
        return head + body


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--log", type=Path, required=True, metavar="FILE")
    parser.add_argument("--user", metavar="NAME:PASSWORD", help="who may come through; 407 for everybody else")
    parser.add_argument("--refuse", type=int, metavar="STATUS", help="let nobody through")
    parser.add_argument("--page", type=int, metavar="STATUS", help="answer everything with a page to sign in")
    options = parser.parse_args()
    listener = await asyncio.start_server(Proxy(options).serve, "127.0.0.1", 0, backlog=1024)
    print("ready", listener.sockets[0].getsockname()[1], flush=True)
    await end_of_input()


if __name__ == "__main__":
    asyncio.run(main())
