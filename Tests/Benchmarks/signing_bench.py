"""Compares how fast the program's signer and botocore's sign the same requests.

    python signing_bench.py --signer PATH [--count N] [--repetitions R]

PATH is the built target signing-bench. The two take turns, and the row is the ratio of the medians of requests per
second of CPU; what they sign has to be equal. Exit 0 whatever the ratio, 1 when something could not be run.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from bench import HERE, BenchmarkError

BOTOCORE_PEER = HERE / "botocore_signing_peer.py"
GOAL = 30


def signing_rate(command, count):
    """Requests per second of CPU, and the last Authorization."""
    printed = subprocess.run([*command, str(count)], check=True, capture_output=True, text=True).stdout
    seconds, _, authorization = printed.strip().partition(" ")
    return count / float(seconds), authorization


def measure(signer, count, repetitions):
    """The median rates of both."""
    rates = {"awsjob": [], "botocore": []}
    for repetition in range(repetitions):
        print(f"repetition {repetition + 1} of {repetitions}", file=sys.stderr)
        own, own_authorization = signing_rate([signer], count)
        theirs, their_authorization = signing_rate([sys.executable, BOTOCORE_PEER], count)
        if own_authorization != their_authorization:
            raise BenchmarkError(f"the signatures differ: {own_authorization} and {their_authorization}")
        rates["awsjob"].append(own)
        rates["botocore"].append(theirs)
    return {name: statistics.median(taken) for name, taken in rates.items()}


def print_table(rates):
    layout = "{:<26} {:>12} {:>20} {:>8} {:>8}  {}"
    ratio = rates["awsjob"] / rates["botocore"]
    print(layout.format("", "awsjob", "peer", "ratio", "goal", ""))
    print(layout.format("requests signed per second", f"{rates['awsjob']:,.0f}", f"botocore {rates['botocore']:,.0f}",
                        f"{ratio:.3f}", f">={GOAL:.3f}", "ok" if ratio >= GOAL else "MISSED"))  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--signer", type=Path, required=True, metavar="PATH", help="the built signing-bench")
    parser.add_argument("--count", type=int, default=20_000, metavar="N")
    parser.add_argument("--repetitions", type=int, default=7, metavar="R")
    arguments = parser.parse_args()
    try:
        print_table(measure(arguments.signer.resolve(), arguments.count, arguments.repetitions))
    except subprocess.CalledProcessError as error:
        sys.exit(f"signing_bench: {error}: {error.stderr}")
    except (BenchmarkError, OSError) as error:
        sys.exit(f"signing_bench: {error}")


if __name__ == "__main__":
    main()
