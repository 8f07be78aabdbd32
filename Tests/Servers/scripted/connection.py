"""HTTP/1.1 on raw streams, low enough that a test can have the connection itself fail."""

import asyncio
import email.utils
import socket
import struct
import urllib.parse
from dataclasses import dataclass, field
from http import HTTPStatus


class BadRequest(Exception):
    """What arrived is not a request this server understands; the connection cannot go on."""


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]  # in order, names as they were sent
    body: bytes

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.target).query))

    @property
    def keeps_alive(self) -> bool:
        return (self.header("connection") or "").lower() != "close"

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""
    content_type: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self, now: float) -> bytes:
        """The bytes on the wire; `now`, in Unix seconds, becomes the Date header."""
        phrase = HTTPStatus(self.status).phrase if self.status in HTTPStatus._value2member_map_ else ""
        headers = {
            "Date": email.utils.formatdate(now, usegmt=True),
            "Content-Type": self.content_type,
            "Content-Length": str(len(self.body)),
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


class Connection:
    """One TCP connection, plain or TLS."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.number = number
        self._reader = reader
        self._writer = writer

    async def read_request(self) -> Request | None:
        """The next request, complete with its body; nothing when the peer has closed."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError as error:
            raise BadRequest("headers are too long") from error
        request_line, *header_lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        try:
            method, target, _ = request_line.split(" ")
            headers = [(name, value.strip(" \t")) for name, value in (line.split(":", 1) for line in header_lines)]
            fields = {name.lower(): value for name, value in headers}
            length = int(fields.get("content-length", 0))
        except ValueError as error:
            raise BadRequest(f"malformed request: {request_line}") from error
        if "transfer-encoding" in fields:
            raise BadRequest("a body needs a Content-Length")
        if fields.get("expect", "").lower() == "100-continue":
            await self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Request(method, target, headers, await self._reader.readexactly(length))

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def drip(self, data: bytes, seconds: float) -> None:
        """One byte at a time, `seconds` apart."""
        for offset in range(len(data)):
            await self.send(data[offset : offset + 1])
            await asyncio.sleep(seconds)

    async def wait_until_closed(self) -> None:
        """Says nothing until the peer gives up."""
        while await self._reader.read(65536):
            pass

    def reset(self) -> None:
        """Ends the connection with RST: closing with a linger time of zero sends one instead of FIN."""
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()
