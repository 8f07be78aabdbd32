"""Starts hundreds of runners at once on a host whose instance metadata service throttles, and sees that all get keys.

    python imds_bench.py --awsjob PATH [--runners N]

Once with one state directory, whose files share the keys, and once with one for each, so that nothing is shared. A runner
has keys when its signed call arrives: `awsjob status` of an execution that does not exist. Exit 0 when all had keys both
times, else 1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from bench import HERE, REGION, BenchmarkError

SERVER = HERE.parent / "Servers" / "throttled_imds.py"
EXECUTION = f"arn:aws:states:{REGION}:123456789012:execution:payroll:none"
DOES_NOT_EXIST = 1  # the exit code of `awsjob status`
DEADLINE = 180  # seconds


class Server:
    """The throttled service, until `close`."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-B", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        word, _, port = self.process.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise BenchmarkError(f"{SERVER.name} did not get ready")
        self.endpoint = f"http://127.0.0.1:{port}"

    def counts(self):
        with build_opener(ProxyHandler({})).open(f"{self.endpoint}/_counts") as reply:
            return json.load(reply)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def burst(awsjob, runners, folder, is_shared):
    """What came of starting that many runners, as counted by them and by the server."""
    server = Server()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.endpoint,
        "AWS_ENDPOINT_URL": server.endpoint,
    }
    try:
        began = time.monotonic()
        processes = []
        for number in range(runners):
            state = folder / ("shared" if is_shared else f"state-{number}")
            with (folder / f"errors-{number}").open("w") as errors:
                processes.append(subprocess.Popen(
                    [awsjob, "status", EXECUTION], env=environment | {"AWSJOB_STATE_DIR": str(state)},
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                ))  # fmt: skip
        codes = [ending(process, began + DEADLINE) for process in processes]
        counts = server.counts()
    finally:
        server.close()
    failed = [number for number, code in enumerate(codes) if code != DOES_NOT_EXIST]
    if failed:
        said = (folder / f"errors-{failed[0]}").read_text().strip()
        print(f"imds_bench: runner {failed[0]} ended with {codes[failed[0]]}: {said}", file=sys.stderr)
    last = counts["last_call_at"]
    return counts | {"with keys": runners - len(failed), "seconds": (last or began) - began}


def ending(process, deadline):
    """The exit code, None for one that had to be killed."""
    try:
        return process.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def print_table(bursts, runners):
    layout = "{:<26} {:>12} {:>20} {:>8} {:>8}  {}"
    print(layout.format(f"{runners} runners at once", "with keys", "seconds to the last", "requests", "503", ""))
    for title, of in bursts.items():
        verdict = "ok" if of["with keys"] == runners == of["calls"] else "MISSED"
        print(layout.format(title, of["with keys"], f"{of['seconds']:.1f}", of["asked"], of["throttled"], verdict))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--awsjob", type=Path, required=True, metavar="PATH", help="the built program")
    parser.add_argument("--runners", type=int, default=300, metavar="N")
    arguments = parser.parse_args()
    awsjob = arguments.awsjob.resolve()
    bursts = {}
    try:
        for title, is_shared in {"one state directory": True, "one each": False}.items():
            with tempfile.TemporaryDirectory() as folder:
                bursts[title] = burst(awsjob, arguments.runners, Path(folder), is_shared)
    except (BenchmarkError, OSError) as error:
        sys.exit(f"imds_bench: {error}")
    print_table(bursts, arguments.runners)
    return 0 if all(of["with keys"] == arguments.runners for of in bursts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
