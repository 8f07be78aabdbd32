"""AWS JSON 1.0 as Step Functions writes it.

Forms taken from recorded replies: error types carry the namespace of whoever raised them, and times are
seconds since 1970 in Java's notation for doubles (1.680118019525E9).
"""

import json

from scripted.connection import Response
from scripted.protocols import VALIDATION, AWSError, JSONProtocol

PROTOCOL = JSONProtocol("application/x-amz-json-1.0", "AWSStepFunctions.", namespaces=True)
SERVICE = "com.amazonaws.swf.service.v2.model#"


def service_error(code: str, message: str) -> AWSError:
    return AWSError(SERVICE + code, message)


def validation_error(constraint: str) -> AWSError:
    """A value that breaks the model; `constraint` as in "Value null at 'x' failed to satisfy constraint: …"."""
    return AWSError(VALIDATION + "ValidationException", f"1 validation error detected: {constraint}")


def reply(value: object) -> Response:
    return PROTOCOL.reply(encoded(value).encode("utf-8", errors="replace"))


def encoded(value: object) -> str:
    """Every float on this wire is a time."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{encoded(key)}:{encoded(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(encoded(member) for member in value) + "]"
    if isinstance(value, float):
        mantissa = f"{value / 1e9:.12f}".rstrip("0")
        return f"{mantissa}0E9" if mantissa.endswith(".") else f"{mantissa}E9"
    return json.dumps(value, ensure_ascii=False)
