"""JSON schemas as structured outputs compile them."""

from messages.errors import invalid

_ANNOTATIONS = {"description", "title", "default", "$defs", "$schema"}
_BY_TYPE = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems"},
    "string": {"enum", "const", "format"},
    "integer": {"enum", "const"},
    "number": {"enum", "const"},
    "boolean": {"const"},
    "null": set(),
}
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}


def check(schema: object, where: str) -> None:
    counts = {"optional": 0, "union": 0}
    _check(schema, where, counts)
    if counts["optional"] > 24:
        raise invalid(f"{where}: Schema is too complex for compilation: more than 24 optional parameters")
    if counts["union"] > 16:
        raise invalid(f"{where}: Schema is too complex for compilation: more than 16 union types")


def _check(schema: object, where: str, counts: dict[str, int]) -> None:
    if not isinstance(schema, dict):
        raise invalid(f"{where}: Input should be a valid dictionary")
    if "anyOf" in schema or "allOf" in schema:
        counts["union"] += 1
        for index, part in enumerate(schema.get("anyOf", []) + schema.get("allOf", [])):
            _check(part, f"{where}.{index}", counts)
        return
    if "$ref" in schema:
        return
    kind = schema.get("type")
    if isinstance(kind, list):
        counts["union"] += 1
        kind = next((name for name in kind if name != "null"), "null")
    if kind not in _BY_TYPE:
        raise invalid(f"{where}: For {kind!r} there is no grammar")
    if unknown := set(schema) - {"type"} - _ANNOTATIONS - _BY_TYPE[kind]:
        raise invalid(f"{where}: For '{kind}' type, property '{sorted(unknown)[0]}' is not supported")
    if kind == "object":
        if schema.get("additionalProperties") is not False:
            raise invalid(f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false")
        properties = schema.get("properties", {})
        counts["optional"] += len(set(properties) - set(schema.get("required", [])))
        for name, part in properties.items():
            _check(part, f"{where}.{name}", counts)
    if kind == "array":
        if schema.get("minItems", 0) not in (0, 1):
            raise invalid(f"{where}: For 'array' type, 'minItems' must be 0 or 1")
        _check(schema.get("items", {}), f"{where}.items", counts)
    if kind == "string" and schema.get("format", "date") not in _FORMATS:
        raise invalid(f"{where}: For 'string' type, 'format' is not supported")
