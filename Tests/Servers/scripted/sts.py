"""AWS STS, as far as it says who the caller is and hands out keys of roles: its Query protocol."""

import uuid
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from scripted.connection import Request, Response
from scripted.faults import Fault
from scripted.jobs import ACCOUNT
from scripted.metadata import Metadata
from scripted.protocols import AWSError

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_SIGNATURE_CODES = {  # what the front end of Query services says instead
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "ExpiredTokenException": "ExpiredToken",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "IncompleteSignatureException": "IncompleteSignature",
}


@dataclass(frozen=True)
class QueryProtocol:
    """A form that names the action; answers and refusals in XML."""

    version: str
    content_type: str = "text/xml"

    def action(self, request: Request) -> str | None:
        if not (request.header("content-type") or "").startswith("application/x-www-form-urlencoded"):
            return None
        fields = parse_qs(request.body.decode("utf-8", errors="replace"))
        return fields["Action"][0] if fields.get("Version") == [self.version] and fields.get("Action") else None

    def check_action(self, action: str, known: Container[str]) -> None:
        if action not in known:
            raise AWSError("InvalidAction", f"Could not find operation {action} for version {self.version}")

    def reply(self, action: str, result: dict[str, str | dict[str, str]]) -> Response:
        members = _elements(result)
        request_id = str(uuid.uuid4())
        body = (
            f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{members}</{action}Result>'
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
        )
        return Response(200, body.encode(), self.content_type, {"x-amzn-RequestId": request_id})

    def refusal(self, error: AWSError) -> Response:
        code = _SIGNATURE_CODES.get(error.bare_code, error.bare_code)
        request_id = str(uuid.uuid4())
        body = (
            f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type><Code>{escape(code)}</Code>'
            f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(error.status, body.encode(), self.content_type, {"x-amzn-RequestId": request_id})


class STS:
    signing_name = "sts"
    protocol = QueryProtocol("2011-06-15")

    def __init__(self, metadata: Metadata):
        self._metadata = metadata

    def standing(self, _: str, __: Request) -> None:
        """No fault lies about callers."""

    def answer(self, action: str, _: Request, __: Fault | None) -> Response:
        self.protocol.check_action(action, ("GetCallerIdentity", "AssumeRole"))
        if action == "AssumeRole":
            return self.protocol.reply(action, {"Credentials": self._metadata.role_keys()})
        who = {"Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ops-agent/i-0abc", "UserId": "AROATEST:i-0abc", "Account": ACCOUNT}
        return self.protocol.reply(action, who)


def _elements(members: dict[str, str | dict[str, str]]) -> str:
    return "".join(
        f"<{name}>{_elements(value) if isinstance(value, dict) else escape(value)}</{name}>"
        for name, value in members.items()
    )
