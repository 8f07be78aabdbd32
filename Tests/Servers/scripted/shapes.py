"""AWS's own models of its services, and values checked against them."""

import re

from botocore.loaders import Loader

_KINDS = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "double": (int, float),
}


# Patterns are Java's, which writes characters beyond the first plane as pairs.
_PAIRS, _PLANES = r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"


class Violation(Exception):
    """How a value breaks the model."""


class Model:
    def __init__(self, service: str):
        model = Loader().load_service_model(service, "service-2")
        self._shapes = model["shapes"]
        self._operations = model["operations"]

    def check_input(self, action: str, value: object) -> None:
        self.check(self._operations[action]["input"]["shape"], value, action)

    def check(self, name: str, value: object, at: str) -> None:
        """Raises a Violation; `at` is the path that leads to the value."""
        shape = self._shapes[name]
        kind = shape["type"]
        if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
            raise Violation(f"{at} is not a {kind}: {value!r}"[:300])
        if kind == "structure":
            self._check_structure(shape, value, at)
        elif kind == "map":
            for key, member in value.items():
                self.check(shape["key"]["shape"], key, f"a key of {at}")
                self.check(shape["value"]["shape"], member, f"{at}.{key}")
        elif kind == "list":
            for index, member in enumerate(value):
                self.check(shape["member"]["shape"], member, f"{at}[{index}]")
        _check_constraints(shape, value, at)

    def _check_structure(self, shape: dict, value: dict, at: str) -> None:
        if unknown := value.keys() - shape["members"].keys():
            raise Violation(f"{at} has no member {sorted(unknown)[0]}")
        present = {name: member for name, member in value.items() if member is not None}
        if missing := set(shape.get("required", [])) - present.keys():
            raise Violation(f"{at} needs {sorted(missing)[0]}")
        for name, member in present.items():
            self.check(shape["members"][name]["shape"], member, f"{at}.{name}")


def _check_constraints(shape: dict, value: object, at: str) -> None:
    if "enum" in shape and value not in shape["enum"]:
        raise Violation(f"{at} must be one of [{', '.join(shape['enum'])}], not {value}")
    size = value if isinstance(value, (int, float)) else len(value)
    if "max" in shape and size > shape["max"]:
        raise Violation(f"{at} exceeds {shape['max']}")
    # An empty map is sent where a member could have been left out, and AWS takes it for that.
    if "min" in shape and size < shape["min"] and shape["type"] != "map":
        raise Violation(f"{at} is below {shape['min']}")
    if "pattern" in shape and not re.fullmatch(shape["pattern"].replace(_PAIRS, _PLANES), value):
        raise Violation(f"{at} does not match {shape['pattern']}: {value}")
