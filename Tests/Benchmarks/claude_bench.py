"""What leaves for one failure: bytes of the request beside the raw log, for the labelled failures and for long logs, and how long
the notes take beside the offline ones. Claude is the Messages API of the tests; nothing leaves this host."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEY = "sk-ant-bench"


def explain(awsjob: str, log: bytes, environment: dict[str, str], *words: str) -> tuple[dict, float]:
    begin = time.perf_counter()
    run = subprocess.run([awsjob, "explain", "--log", "-", "--json", *words], input=log, env=environment, capture_output=True, check=True)
    return json.loads(run.stdout), time.perf_counter() - begin


def labelled() -> list[bytes]:
    """The logs of the labelled failures: what stands behind the head of each case."""
    cases = sorted((ROOT / "Tests/DiagnosisTests/Failures").glob("*/*.case"))
    return [log for case in cases if len(log := case.read_bytes().partition(b"\n---\n")[2]) > 0]


def long(lines: int) -> bytes:
    """A nightly load that ends badly."""
    text = [f"2026-11-20T01:{i // 60 % 60:02}:{i % 60:02}Z INFO batch {i} of table T{i % 37} loaded, {i * 7} rows" for i in range(lines)]
    text[-3:] = ["ERROR frobnicator could not align the phase", "ERROR load step failed", "ERROR job failed"]
    return ("\n".join(text) + "\n").encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--awsjob", required=True)
    awsjob = parser.parse_args().awsjob
    server = subprocess.Popen(
        [sys.executable, "-B", ROOT / "Tests/Servers/messages_api.py", "--key", KEY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    port = server.stdout.readline().split()[1]
    # A pause of the model would be measured otherwise: this one answers at once.
    calls = f"http://127.0.0.1:{port}/_control/calls"
    with tempfile.TemporaryDirectory() as state:
        environment = {
            "PATH": os.environ["PATH"], "AWSJOB_STATE_DIR": state, "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}", "ANTHROPIC_API_KEY": KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
        }  # fmt: skip
        print(f"{'':32}{'raw log':>12}{'sent':>10}{'of it log':>11}{'notes ms':>10}{'offline ms':>12}")
        for name, logs in (("labelled failures, median", labelled()), ("load of 10,000 lines", [long(10_000)]), ("load of 200,000 lines", [long(200_000)])):
            rows = []
            for log in logs:
                urllib.request.urlopen(urllib.request.Request(calls, method="DELETE")).read()
                _, seconds = explain(awsjob, log, environment, "--advice", "claude", "--claude-daily-tokens", "100000000", "--claude-daily-cost", "1000")
                _, offline = explain(awsjob, log, environment)
                call = json.load(urllib.request.urlopen(calls))[0]
                evidence = json.loads(call["body"])["messages"][0]["content"]
                rows.append((len(log), len(call["body"].encode()), sum(len(block["text"].encode()) for block in evidence), seconds * 1000, offline * 1000))
            print(f"{name:32}" + "".join(f"{statistics.median(row[i] for row in rows):>{width},.0f}" for i, width in enumerate((12, 10, 11, 10, 12))))
    server.stdin.close()
    server.wait()


if __name__ == "__main__":
    main()
