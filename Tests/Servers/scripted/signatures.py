"""SigV4 checked as AWS does, from the bytes that arrived, with botocore's own arithmetic."""

import calendar
import hashlib
import hmac
import re
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from scripted.connection import Request
from scripted.metadata import Metadata
from scripted.protocols import FRONT_END, AWSError

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/,]+)/(?P<date>\d{8})/(?P<region>[^/,]+)/(?P<service>[^/,]+)/aws4_request"
    r", *SignedHeaders=(?P<signed>[^,]+), *Signature=(?P<signature>[0-9a-f]{64})"
)
_WINDOW = 300  # seconds either side of the server's clock
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


class Verifier:
    def __init__(self, keys: dict[str, str], metadata: Metadata):
        self._keys = keys
        self._metadata = metadata

    def check(self, request: Request, service: str, now: float, skew_code: str | None) -> None:
        """Raises what that service would answer at the time `now`; `skew_code` replaces its code for a clock that is
        off."""
        authorization = request.header("authorization")
        if authorization is None:
            raise _refused("MissingAuthenticationTokenException", "Missing Authentication Token")
        parts = _AUTHORIZATION.fullmatch(authorization)
        timestamp = request.header("x-amz-date") or ""
        if parts is None or not re.fullmatch(r"\d{8}T\d{6}Z", timestamp):
            raise _refused("IncompleteSignatureException", f"'{authorization}' with X-Amz-Date '{timestamp}'")
        token = request.header("x-amz-security-token")
        secret = self._secret(parts["key"], token, now)
        _check_time(timestamp, now, skew_code or FRONT_END + "InvalidSignatureException")
        _check_scope(parts, service, timestamp)
        signed = parts["signed"].split(";")
        _check_signed_headers(request, signed)

        auth = _ReceivedRequestAuth(Credentials(parts["key"], secret, token), parts["service"], parts["region"])
        auth.signed = signed
        received = AWSRequest(request.method, f"https://{request.header('host')}{request.target}", data=request.body)
        received.headers = HTTPHeaders()
        for name, value in request.headers:
            received.headers.add_header(name, value)
        received.context["timestamp"] = timestamp
        canonical_request = auth.canonical_request(received)
        string_to_sign = auth.string_to_sign(received, canonical_request)
        if not hmac.compare_digest(auth.signature(string_to_sign, received), parts["signature"]):
            raise _refused(
                "InvalidSignatureException",
                f"{_MISMATCH}\n\nThe Canonical String for this request should have been\n'{canonical_request}'"
                f"\n\nThe String-to-Sign should have been\n'{string_to_sign}'\n",
            )

    def _secret(self, key: str, token: str | None, now: float) -> str:
        if token is None and (secret := self._keys.get(key) or self._keys.get("*")):
            return secret
        issued = self._metadata.issued.get((key, token or ""))
        if issued is None:
            raise _refused("UnrecognizedClientException", "The security token included in the request is invalid.")
        if issued.expires <= now:
            raise _refused("ExpiredTokenException", "The security token included in the request is expired", 400)
        return issued.secret


class _ReceivedRequestAuth(SigV4Auth):
    """Canonicalises the headers that the client says it signed, not those that botocore would have."""

    signed: list[str]

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            if name.lower() in self.signed:
                headers.add_header(name.lower(), value)
        return headers


def _refused(code: str, message: str, status: int = 403) -> AWSError:
    return AWSError(FRONT_END + code, message, status)


def _check_time(timestamp: str, now: float, code: str) -> None:
    def written(at: float) -> str:
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))

    signed_at = calendar.timegm(time.strptime(timestamp, "%Y%m%dT%H%M%SZ"))
    if signed_at < now - _WINDOW:
        limit = f"is now earlier than {written(now - _WINDOW)} ({written(now)} - 5 min.)"
        raise AWSError(code, f"Signature expired: {timestamp} {limit}", 403)
    if signed_at > now + _WINDOW:
        limit = f"is still later than {written(now + _WINDOW)} ({written(now)} + 5 min.)"
        raise AWSError(code, f"Signature not yet current: {timestamp} {limit}", 403)


def _check_scope(parts: re.Match, service: str, timestamp: str) -> None:
    if parts["service"] != service:
        raise _refused("InvalidSignatureException", f"Credential should be scoped to correct service: '{service}'.")
    if parts["date"] != timestamp[:8]:
        raise _refused(
            "InvalidSignatureException",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{parts['date']}' != '{timestamp[:8]}', from '{timestamp}'.",
        )


def _check_signed_headers(request: Request, signed: list[str]) -> None:
    sent = {name.lower() for name, _ in request.headers}
    due = {"host", *(name for name in sent if name.startswith("x-amz-"))}
    if missing := sorted(due - set(signed)):
        message = f"'{missing[0]}' must be a 'SignedHeader' in the AWS Authorization."
        raise _refused("InvalidSignatureException", message)
    if signed != sorted(signed):
        raise _refused("InvalidSignatureException", "SignedHeaders are not in order.")
    declared = request.header("x-amz-content-sha256")
    if declared not in (None, hashlib.sha256(request.body).hexdigest()):
        raise _refused("InvalidSignatureException", "X-Amz-Content-SHA256 is not the hash of the body.")
