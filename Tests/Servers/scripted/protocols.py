"""The protocols AWS services speak: where a request names its action, how an answer and a refusal are written."""

import json
import re
import uuid
from collections.abc import Container
from dataclasses import dataclass

from scripted.connection import Request, Response
from scripted.shapes import Model, Violation

FRONT_END = "com.amazon.coral.service#"
VALIDATION = "com.amazon.coral.validate#"
_CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d+/([^/,]+)/")


class AWSError(Exception):
    """An answer other than 200. `code` may begin with the namespace of whoever raised it."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    @property
    def bare_code(self) -> str:
        return self.code.rpartition("#")[2]


@dataclass(frozen=True)
class JSONProtocol:
    """AWS JSON: the action in a header, the error's code in the body."""

    content_type: str
    target: str  # what X-Amz-Target begins with
    namespaces: bool  # whether __type holds the namespace
    message: str = "message"  # the member that holds what the service says; the front end always writes it small

    def action(self, request: Request) -> str | None:
        target = request.header("x-amz-target") or ""
        if request.path != "/" or not target.startswith(self.target):
            return None
        return target.removeprefix(self.target)

    def check_action(self, request: Request, action: str, known: Container[str]) -> None:
        if request.method != "POST" or action not in known or request.header("content-type") != self.content_type:
            raise AWSError(FRONT_END + "UnknownOperationException", "")

    def arguments(self, request: Request, action: str, known: Container[str], model: Model) -> dict:
        """What a call of one of the `known` actions says, checked against the model."""
        self.check_action(request, action, known)
        given = arguments(request)
        try:
            model.check_input(action, given)
        except Violation as violation:
            message = f"1 validation error detected: {violation}"
            raise AWSError(VALIDATION + "ValidationException", message) from violation
        return given

    def reply(self, body: bytes, status: int = 200) -> Response:
        return Response(status, body, self.content_type, {"x-amzn-RequestId": str(uuid.uuid4())})

    def refusal(self, error: AWSError) -> Response:
        code = error.code if self.namespaces else error.bare_code
        member = "message" if "#" in error.code else self.message
        return self.reply(compact({"__type": code, member: error.message}), error.status)


@dataclass(frozen=True)
class RestJSONProtocol:
    """REST JSON: the action in the path, the error's code in a header."""

    paths: dict[str, str]  # actions by path
    content_type: str = "application/json"

    def action(self, request: Request) -> str | None:
        return self.paths.get(request.path) if request.method == "POST" else None

    def reply(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        headers = {"x-amzn-RequestId": str(uuid.uuid4()), **(headers or {})}
        return Response(status, body, self.content_type, headers)

    def refusal(self, error: AWSError) -> Response:
        return self.reply(compact({"message": error.message}), error.status, {"x-amzn-errortype": error.bare_code})


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace")


def arguments(request: Request) -> dict:
    """What the body says; null members are as good as absent."""
    try:
        content = json.loads(request.body or b"{}")
    except ValueError:
        raise AWSError("SerializationException", "") from None
    if not isinstance(content, dict):
        raise AWSError("SerializationException", "")
    return {name: value for name, value in content.items() if value is not None}


def region(request: Request) -> str:
    """The one that the request is signed for."""
    scope = _CREDENTIAL.search(request.header("authorization") or "")
    return scope[2] if scope else "us-east-1"


def access_key(request: Request) -> str | None:
    """The one that the request is signed with, if it is."""
    scope = _CREDENTIAL.search(request.header("authorization") or "")
    return scope[1] if scope else None
