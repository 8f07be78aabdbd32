"""What the server was asked, in order of arrival."""

import asyncio
import itertools
import time

from scripted.connection import Request
from scripted.faults import Fault


class Calls:
    def __init__(self) -> None:
        self.received: list[dict] = []
        self._numbers = itertools.count(1)
        self._arrival = asyncio.Event()

    def record(self, connection: int, action: str, request: Request, fault: Fault | None, signature: str) -> dict:
        """`status` stays null for a call that gets no answer."""
        call = {
            "n": next(self._numbers),
            "at": time.time(),
            "action": action,
            "method": request.method,
            "path": request.path,
            "authorization": request.header("authorization"),
            "amz_date": request.header("x-amz-date"),
            "body": request.body.decode("utf-8", errors="replace"),
            "fault": fault.kind if fault else None,
            "status": None,
            "connection": connection,
            "signature": signature,
        }
        self.received.append(call)
        self._arrival.set()
        self._arrival = asyncio.Event()
        return call

    def of(self, action: str) -> list[dict]:
        return [call for call in self.received if call["action"] == action]

    async def wait(self, action: str, count: int, seconds: float) -> list[dict]:
        """The calls of that action as soon as there are `count`, or those there are after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while len(self.of(action)) < count:
                    await self._arrival.wait()
        except TimeoutError:
            pass
        return self.of(action)
