"""Amazon DynamoDB as somebody else plays it: requests and answers pass through as they are, for faults to strike."""

import asyncio
import urllib.error
import urllib.request

from scripted.connection import Request, Response
from scripted.faults import Fault
from scripted.protocols import JSONProtocol


class DynamoDB:
    signing_name = "dynamodb"
    protocol = JSONProtocol("application/x-amz-json-1.0", "DynamoDB_20120810.", namespaces=True)

    def __init__(self, endpoint: str):
        self._endpoint = endpoint

    def standing(self, _: str, __: Request) -> None:
        """No fault lies about items."""

    async def answer(self, _: str, request: Request, __: Fault | None) -> Response:
        return await asyncio.to_thread(self._pass_on, request)

    def _pass_on(self, request: Request) -> Response:
        """The headers go along: the signature covers the host that the caller has named."""
        passed = urllib.request.Request(self._endpoint, request.body, dict(request.headers), method=request.method)
        try:
            with urllib.request.urlopen(passed) as answer:
                return _response(answer.status, answer)
        except urllib.error.HTTPError as refusal:
            return _response(refusal.code, refusal)


def _response(status: int, answer: urllib.request.addinfourl) -> Response:
    headers = {"x-amzn-RequestId": answer.headers.get("x-amzn-RequestId", "")}
    return Response(status, answer.read(), answer.headers.get_content_type(), headers)
