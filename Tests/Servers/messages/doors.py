"""Who is let in: by key, by bearer token, by a signature of AWS."""

import re
from dataclasses import dataclass

from messages.errors import Refusal
from scripted.clock import Clock
from scripted.connection import Request
from scripted.metadata import Metadata
from scripted.protocols import AWSError
from scripted.signatures import Verifier


@dataclass(frozen=True)
class Entrance:
    """`kind`: key, bearer or signature. `bedrock`: it answers as AWS does."""

    kind: str
    bedrock: bool


class Doors:
    def __init__(self, keys: set[str], secrets: dict[str, str], clock: Clock):
        """`keys`: Anthropic's. `secrets`: of AWS, by access key."""
        self._keys = keys
        self._clock = clock
        self._verifier = Verifier(secrets, Metadata(clock))

    def enter(self, request: Request) -> Entrance:
        bedrock = request.path.startswith("/model/")
        authorization = request.header("authorization") or ""
        key = request.header("x-api-key")
        if key is not None and authorization:
            raise Refusal("authentication_error", "only one of x-api-key and Authorization may be given")
        if authorization.startswith("AWS4-HMAC-SHA256"):
            service = "bedrock" if bedrock else "aws-external-anthropic"
            self._verifier.check(request, service, self._clock.now(), None)
            if not bedrock and not re.fullmatch(r"wrkspc_\w+", request.header("anthropic-workspace-id") or ""):
                raise Refusal("invalid_request_error", "anthropic-workspace-id: header is required")
            return Entrance("signature", bedrock)
        token = authorization.removeprefix("Bearer ") if authorization.startswith("Bearer ") else None
        if (key or token or "") not in self._keys:
            raise Refusal("authentication_error", "invalid x-api-key" if key or token else "x-api-key header is required")
        if bedrock and key:
            raise AWSError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        return Entrance("key" if key else "bearer", bedrock)
