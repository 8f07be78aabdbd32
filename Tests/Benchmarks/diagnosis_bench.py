"""How well and how fast `awsjob explain` answers without Claude.

    python diagnosis_bench.py --awsjob PATH [--part once|tune] [--megabytes N]

Accuracy on the labelled failures of Tests/DiagnosisTests/Failures (`once`: not looked at while the catalogue was
written). Time for a log of N MB: wall clock of
the whole program, best and median of 9. Exit 0 when nothing unsafe was advised and every quote is verbatim, else 1.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FAILURES = Path(__file__).resolve().parent.parent / "DiagnosisTests" / "Failures"
ENVIRONMENT = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", "AWSJOB_STATE_DIR": "/nonexistent"}
RESTARTS = {"immediate", "delayed"}


def read_case(path):
    head, _, log = path.read_bytes().partition(b"\n---\n")
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return fields, log


def explain(awsjob, fields, log):
    command = [awsjob, "explain", "--log", "-", "--json"]
    for name in ("exit-code", "reason"):
        if name in fields:
            command += [f"--{name}={fields[name]}"]
    done = subprocess.run(command, input=log, capture_output=True, env=ENVIRONMENT, check=True)
    return json.loads(done.stdout)


def is_verbatim(answer, log):
    lines = [line.removesuffix(b"\r") for line in log.split(b"\n")]
    return all(lines[item["line"] - 1] == item["quote"].encode() for item in answer["evidence"])


def accuracy(awsjob, part):
    cases = [(path.stem, *read_case(path)) for path in sorted((FAILURES / part).glob("*.case"))]
    answers = [(name, fields, log, explain(awsjob, fields, log)) for name, fields, log in cases]
    known = [a for a in answers if a[1]["class"] != "UNKNOWN"]
    unknown = [a for a in answers if a[1]["class"] == "UNKNOWN"]
    right = [a for a in known if a[3]["class"] == a[1]["class"]]
    left = [a for a in unknown if a[3]["class"] == "UNKNOWN"]
    # A restart where a person should look first: an unknown failure, or at once where nobody but AWS may say so.
    unsafe = [a for a in answers if a[3]["action"] in RESTARTS and a[1]["class"] == "UNKNOWN" or a[3]["action"] == "immediate" and "reason" not in a[1]]
    garbled = [a for a in answers if not is_verbatim(a[3], a[2])]
    print(f"failures of part '{part}'          {len(answers)}")
    print(f"right class                     {len(right)}/{len(known)} = {len(right) / len(known):.3f}")
    print(f"unknown recognised as unknown   {len(left)}/{len(unknown)} = {len(left) / len(unknown):.3f}")
    print(f"unsafe restarts                 {len(unsafe)}")
    print(f"answers with a quote not verbatim {len(garbled)}")
    for level in ("high", "medium", "low"):
        of = [a for a in answers if a[3]["confidence"] == level]
        good = [a for a in of if a[3]["class"] == a[1]["class"]]
        print(f"confidence {level:6} right           {len(good)}/{len(of)}")
    for name, fields, _, answer in answers:
        if answer["class"] != fields["class"]:
            print(f"  wrong: {name}: {answer['class']} ({answer['confidence']})")
    return not unsafe and not garbled


def long_log(megabytes):
    rng = random.Random(7)
    lines, size = [], 0
    while size < megabytes * 1_000_000:
        number = len(lines)
        line = f"2026-11-20T01:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z INFO com.bank.Loader - batch {number} of desk {rng.choice('ABC')} in {rng.randint(1, 900)} ms, status ok"
        if number % 300 == 7:
            line = "2026-11-20T01:00:00.000Z WARN com.bank.Http - Connection reset by peer, retrying (1/5)"
        lines.append(line)
        size += len(line) + 1
    lines += ["2026-11-20T03:00:00Z ERROR com.bank.Loader - ORA-01653: unable to extend table STG.POS", "2026-11-20T03:00:01Z ERROR job failed", ""]
    return "\n".join(lines)


def speed(awsjob, megabytes):
    with tempfile.NamedTemporaryFile("w", suffix=".log") as file:
        file.write(long_log(megabytes))
        file.flush()
        for label, path in (("an empty log", "/dev/null"), (f"{megabytes} MB of log", file.name)):
            times = []
            for _ in range(9):
                begin = time.perf_counter()
                subprocess.run([awsjob, "explain", "--log", path, "--json"], capture_output=True, env=ENVIRONMENT, check=True)
                times.append(1000 * (time.perf_counter() - begin))
            print(f"{label}: {min(times):.0f} ms best, {statistics.median(times):.0f} ms median")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--awsjob", required=True)
    parser.add_argument("--part", default="once", choices=["once", "tune"])
    parser.add_argument("--megabytes", type=int, default=5)
    options = parser.parse_args()
    is_sound = accuracy(options.awsjob, options.part)
    speed(options.awsjob, options.megabytes)
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
