"""The part of CloudWatch Logs' filter patterns that clients here use: terms, all of them or any (`?term`), and one
comparison of a JSON field."""

import json
import re
from collections.abc import Callable

_LONGEST = 1024
_COMPARISON = re.compile(r'\{\s*\$\.([\w.-]+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*\}')
_OPTIONAL = re.compile(r'\s*(?:\?(?:"(?:[^"\\]|\\.)*"|[\w.:/@#=_]+)(?=\s|$)\s*)+')
_TERMS = re.compile(r'(?:\s*(?:"(?:[^"\\]|\\.)*"|[\w.:/@#=_]+)(?=\s|$))+\s*')
_OPTIONAL_TERM = re.compile(r'\?(?:"((?:[^"\\]|\\.)*)"|(\S+))')
_TERM = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def parse(pattern: str) -> Callable[[str], bool] | None:
    """What tells whether a message matches; nothing when every message does. A ValueError for anything else."""
    if not pattern.strip():
        return None
    if len(pattern) > _LONGEST:
        raise ValueError(f"the filter pattern has {len(pattern)} characters, at most {_LONGEST} are allowed")
    if comparison := _COMPARISON.fullmatch(pattern.strip()):
        path, value = comparison[1].split("."), _unescaped(comparison[2])
        return lambda message: _field(message, path) == value
    if _OPTIONAL.fullmatch(pattern):
        wanted = [_unescaped(quoted) if quoted else bare for quoted, bare in _OPTIONAL_TERM.findall(pattern)]
        return lambda message: any(term in message for term in wanted)
    if not _TERMS.fullmatch(pattern):
        raise ValueError(f"Invalid filter pattern: {pattern}")
    terms = [_unescaped(quoted) if quoted else bare for quoted, bare in _TERM.findall(pattern)]
    if len(terms) == 1:
        return lambda message, term=terms[0]: term in message
    return lambda message: all(term in message for term in terms)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _field(message: str, path: list[str]) -> object:
    try:
        value = json.loads(message)
        for name in path:
            value = value[name]
        return value
    except (ValueError, TypeError, KeyError):
        return None
