"""Refusals, as Anthropic and as AWS write them."""

import json
import uuid
from dataclasses import dataclass, field

from scripted.connection import Response

_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


@dataclass
class Refusal(Exception):
    """`error_code` is the one in `details`."""

    type: str
    message: str
    error_code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def response(self, *, bedrock: bool) -> Response:
        status = _STATUS[self.type]
        if bedrock:
            names = {400: "ValidationException", 401: "AccessDeniedException", 403: "AccessDeniedException", 404: "ResourceNotFoundException"}
            headers = {"x-amzn-errortype": names.get(status, "InternalServerException"), "x-amzn-RequestId": str(uuid.uuid4()), **self.headers}
            return Response(status, json.dumps({"message": self.message}).encode(), "application/json", headers)
        request_id = "req_" + uuid.uuid4().hex[:24]
        error = {"type": self.type, "message": self.message, "details": {"error_code": self.error_code} if self.error_code else None}
        body = {"type": "error", "error": error, "request_id": request_id}
        return Response(status, json.dumps(body).encode(), "application/json", {"request-id": request_id, **self.headers})


def invalid(message: str) -> Refusal:
    return Refusal("invalid_request_error", message)
