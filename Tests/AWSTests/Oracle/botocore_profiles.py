"""Reads INI files with botocore and prints a line of JSON for each: what they say, or null where botocore refuses them.

    python botocore_profiles.py CREDENTIALS

CREDENTIALS is shared/fixtures/credentials. Values that stand in lines of their own under a property are joined by line
feeds, the first line empty, as botocore has them before it takes them apart.
"""

import json
import sys
from pathlib import Path

from botocore.configloader import load_config, raw_config_parse
from botocore.exceptions import ConfigParseError

KINDS = {
    "aws-c-auth/profile-fuzz-corpus/parse_config_profile": "config",
    "aws-c-auth/profile-fuzz-corpus/parse_credentials_profile": "credentials",
    "botocore/cfg": "config",
}


def flat(value):
    if isinstance(value, dict):
        return "".join(f"\n{name} = {text}" for name, text in value.items())
    return "\n".join(line for number, line in enumerate(value.split("\n")) if line or number == 0)


def sections(found):
    return {name: {key: flat(value) for key, value in section.items()} for name, section in found.items()}


def read(path, kind):
    """The sections by what they are for."""
    if kind == "credentials":
        return {"profiles": sections(raw_config_parse(path, parse_subsections=False))}
    found = load_config(path)
    return {purpose: sections(found[purpose]) for purpose in ("profiles", "sso_sessions", "services")}


def main():
    root = Path(sys.argv[1])
    for folder, kind in KINDS.items():
        for path in sorted((root / folder).iterdir()):
            try:
                found = read(str(path), kind)
            except ConfigParseError:
                found = None
            print(json.dumps({"file": str(path.relative_to(root)), "kind": kind, "found": found}))


if __name__ == "__main__":
    main()
