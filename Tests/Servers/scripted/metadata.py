"""Instance metadata (IMDSv2) and container credentials, with the credentials that they and STS hand out."""

import json
import secrets
import time
from dataclasses import dataclass

from scripted.clock import Clock
from scripted.connection import Request, Response

_TOKEN_TTL = "x-aws-ec2-metadata-token-ttl-seconds"
_CREDENTIALS = "/latest/meta-data/iam/security-credentials/"


@dataclass
class Settings:
    role: str | None = "scripted-role"  # none: the instance has no profile
    access_key: str = "ASIASCRIPTEDEXAMPLE0"
    secret: str = "scripted/secret/access/key/EXAMPLE000000"
    token: str = "scripted-session-token"
    expires_in: float = 21600.0
    region: str = "us-east-1"
    disabled: bool = False  # instance metadata answers 403
    container_authorization: str | None = None
    code: str | None = None  # the error that stands where the credentials should


@dataclass(frozen=True)
class Issued:
    secret: str
    expires: float


class Metadata:
    def __init__(self, clock: Clock):
        self._clock = clock
        self.settings = Settings()
        self.issued: dict[tuple[str, str], Issued] = {}  # by access key and session token
        self._sessions: dict[str, float] = {}  # expiry by IMDSv2 token

    def answer_instance(self, request: Request) -> Response:
        if self.settings.disabled:
            return Response(403)
        if (request.method, request.path) == ("PUT", "/latest/api/token"):
            return self._open_session(request)
        if request.method != "GET":
            return Response(405)
        if self._sessions.get(request.header("x-aws-ec2-metadata-token") or "", 0.0) <= time.time():
            return Response(401)
        role = self.settings.role
        if request.path == "/latest/meta-data/placement/region":
            return Response(200, self.settings.region.encode())
        if role and request.path == _CREDENTIALS:
            return Response(200, role.encode())
        if role and request.path == _CREDENTIALS + role:
            return self._instance_credentials()
        return Response(404)

    def answer_container(self, request: Request) -> Response:
        expected = self.settings.container_authorization
        if expected is not None and request.header("authorization") != expected:
            return _json({"code": "AccessDenied", "message": "Authorization token is not valid"}, 401)
        if self.settings.code:
            return _json({"code": self.settings.code, "message": "credentials are not available"}, 400)
        return _json({"RoleArn": f"arn:aws:iam::123456789012:role/{self.settings.role}", **self._issue()})

    def role_keys(self) -> dict[str, str]:
        """The same keys as STS hands them out."""
        issued = self._issue()
        return {"SessionToken" if name == "Token" else name: value for name, value in issued.items()}

    def _open_session(self, request: Request) -> Response:
        ttl = request.header(_TOKEN_TTL) or ""
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
            return Response(400)
        if request.header("x-forwarded-for"):
            return Response(403)
        session = secrets.token_urlsafe(42)
        self._sessions[session] = time.time() + int(ttl)
        return Response(200, session.encode(), headers={_TOKEN_TTL: ttl})

    def _instance_credentials(self) -> Response:
        updated = {"LastUpdated": _timestamp(self._clock.now())}
        if self.settings.code:
            message = f"EC2 cannot assume the role {self.settings.role}."
            return _json({"Code": self.settings.code, "Message": message, **updated})
        return _json({"Code": "Success", **updated, "Type": "AWS-HMAC", **self._issue()})

    def _issue(self) -> dict:
        settings = self.settings
        expires = self._clock.now() + settings.expires_in
        self.issued[settings.access_key, settings.token] = Issued(settings.secret, expires)
        return {
            "AccessKeyId": settings.access_key,
            "SecretAccessKey": settings.secret,
            "Token": settings.token,
            "Expiration": _timestamp(expires),
        }


def _timestamp(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def _json(value: dict, status: int = 200) -> Response:
    return Response(status, json.dumps(value).encode(), "application/json")
