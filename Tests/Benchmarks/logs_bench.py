"""Compares how awsjob prints a long log with `aws logs tail` and a boto3 loop, against the scripted server.

    python logs_bench.py --awsjob PATH [--aws PATH] [--lines N] [--repetitions R]

In each repetition `awsjob batch` starts a job and follows it to its end; then the others read the same log stream from
the same server, over plain HTTP. A row is the ratio of the medians. Lines per second count from the arrival of the
first read of logs at the server to the last line of the log at a pipe; CPU is that of the whole process. Wants cc and
AWS CLI 2 (awscli of Debian 12). Exit 0 whatever the ratios, 1 when something could not be run.
"""

import argparse
import bisect
import contextlib
import fcntl
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from bench import ACCESS_KEY, HERE, POLL, REGION, SCRIPTED_AWS, SECRET_KEY, BenchmarkError, run

BOTO3_LOG_PEER = HERE / "boto3_log_peer.py"
AWS_PLACES = ("aws", "/usr/bin/aws", "/usr/local/bin/aws")  # the first may be version 1
JOB_DEFINITION = "bench-logs"
MARKER = b"bench-line"  # in every line of the log, and in nothing else that a program prints
LINE_BYTES = 80
STEP = 0.001  # seconds from line to line
STARTED, ENDED = 6.0, 12.0  # seconds after the job's submission; making the log takes the server a part of the first
READS = ("FilterLogEvents", "GetLogEvents")
SUBMIT_DEADLINE, RUN_DEADLINE = 20, 300  # seconds
STOP_SECONDS = 5  # for awsjob to stop its job in, or else its guardian would go on trying
PIPE_BYTES = 1 << 20


class ScriptedServer:
    """The scripted server, until `close`."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-B", SCRIPTED_AWS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        word, _, port = self.process.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise BenchmarkError(f"{SCRIPTED_AWS.name} did not get ready")
        self.authority = f"127.0.0.1:{port}"
        self.endpoint = f"http://{self.authority}"
        self.opener = build_opener(ProxyHandler({}))

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with self.opener.open(Request(f"{self.endpoint}/_control/{path}", data, method=method)) as reply:
            return json.load(reply)

    def submitted_log(self):
        """Group, stream and messages of the job that is being submitted. Asking also has the server put the lines in
        order, which the first to read them would wait for otherwise."""
        calls = self.control("GET", f"wait?action=SubmitJob&count=1&timeout={SUBMIT_DEADLINE}")
        if not calls:
            raise BenchmarkError(f"no SubmitJob within {SUBMIT_DEADLINE} s")
        groups = self.control("GET", "log-streams")
        logs = [Log(group, stream, messages) for group in groups for stream, messages in groups[group].items()]
        if len(logs) != 1:
            raise BenchmarkError(f"there are {len(logs)} log streams where one job should have made one")
        if time.time() > calls[0]["at"] + STARTED:
            raise BenchmarkError(f"the server needs more than {STARTED} s to make the log; try fewer --lines")
        return logs[0]

    def lines_per_second(self, log):
        """What a reader gets that looks for nothing but the token of the next page."""
        connection = http.client.HTTPConnection(self.authority)
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Logs_20140328.FilterLogEvents"}
        query = {"logGroupName": log.group, "logStreamNames": [log.stream]}
        began = time.monotonic()
        while True:
            connection.request("POST", "/", json.dumps(query), headers)
            page = connection.getresponse().read()
            token = re.search(rb'"nextToken":"([^"]+)"}$', page[-1000:])
            if token is None:
                break
            query["nextToken"] = token[1].decode()
        connection.close()
        return len(log.messages) / (time.monotonic() - began)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Log:
    def __init__(self, group, stream, messages):
        self.group = group
        self.stream = stream
        self.messages = messages


class Output:
    """What comes out of a pipe, and when. The last line is the launcher's."""

    def __init__(self, pipe):
        arrived, chunks = [], []
        while chunk := os.read(pipe.fileno(), PIPE_BYTES):
            arrived.append(time.time())
            chunks.append(chunk)
        text = b"".join(chunks)
        *self.lines, self.last = text.splitlines() or [b""]
        self.last_marker_at = None
        if (marker := text.rfind(MARKER)) >= 0:
            ends = list(itertools.accumulate(map(len, chunks)))
            self.last_marker_at = arrived[bisect.bisect_right(ends, text.find(b"\n", marker))]

    @property
    def messages(self):
        """Those of the log, without the time in front."""
        return [line.partition(b" ")[2].decode(errors="replace") for line in self.lines if MARKER in line]


class Bench:
    """The contenders, on one server."""

    def __init__(self, awsjob, aws, server, folder):
        self.awsjob = awsjob
        self.aws = aws
        self.server = server
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWSJOB_STATE_DIR": str(folder / "state"),
            "AUTO_JOB_NAME": "bench",
            "AUTOSERV": "ACE",
            "KEEP": "1",  # to the launcher
        }

    def repeat(self, number, lines):
        """One turn of everybody: samples by name."""
        self.server.control("POST", "reset")
        self.server.control("PUT", f"job-definitions/{JOB_DEFINITION}", job_walk(lines))
        where = ["--endpoint-url", self.server.endpoint, "--region", REGION]
        command = [self.awsjob, "batch", "--job-name", f"bench-{number}", "--job-queue", "bench",
                   "--job-definition", JOB_DEFINITION, "--poll-interval", f"{POLL}s",
                   "--max-poll-interval", f"{POLL}s", *where]  # fmt: skip
        log, sample = self.read_by(command, number)
        samples = {"awsjob": sample}
        if self.aws:
            command = [self.aws, "logs", "tail", log.group, "--since", "1d", "--format", "short", *where]
            samples["aws"] = self.read_by(command, number, log)[1]
        command = [sys.executable, BOTO3_LOG_PEER, log.group, log.stream]
        samples["boto3"] = self.read_by(command, number, log)[1]
        samples["server"] = {"rate": self.server.lines_per_second(log)}
        return samples

    def read_by(self, command, number, log=None):
        """The log that a program printed, and what that took. Without `log`, the program makes it by starting a job."""
        self.server.control("DELETE", "calls")
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                [self.folder / "launcher", *command], env=self.environment | {"AUTORUN": f"{number}/1"},
                stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            deadline = threading.Timer(RUN_DEADLINE, stop, [process])
            deadline.start()
            try:
                log = log or self.server.submitted_log()
                output = Output(process.stdout)
                process.wait()
                return log, self.sample(output, log)
            except BenchmarkError as error:
                stop(process)
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip()
                raise BenchmarkError(f"{' '.join(map(str, command[:3]))}: {error}\n{said}".strip()) from None
            finally:
                deadline.cancel()
                stop(process)
                process.stdout.close()

    def sample(self, output, log):
        try:
            cost = json.loads(output.last)
        except ValueError:
            raise BenchmarkError(f"no end within {RUN_DEADLINE} s") from None
        if cost["exit"] != 0:
            raise BenchmarkError(f"ended with {cost['exit']}")
        calls = self.server.control("GET", "calls")
        reads = [call for call in calls if call["action"] in READS]
        if not reads or output.last_marker_at is None:
            raise BenchmarkError("read or printed nothing of the log")
        stored, printed = Counter(log.messages), Counter(output.messages)
        return {
            "rate": (stored & printed).total() / (output.last_marker_at - reads[0]["at"]),
            "cpu": cost["cpu_s"] / len(log.messages) * 1000,
            "reads to the last line": sum(call["at"] <= output.last_marker_at for call in reads),
            "reads": len(reads),
            "calls": len(calls),
            "missing": (stored - printed).total(),
            "surplus": (printed - stored).total(),
        }


def stop(process):
    """The launcher, and with it what it has launched."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
            time.sleep(STOP_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def job_walk(lines):
    """A job whose whole log is stored before its stream appears. A tenth of the lines share their time with another.
    They have times before the submission: otherwise some would be in the future when they are read."""
    doubles = max(1, lines // 10)
    singles = lines - doubles

    def entry(name, count, step):
        numbered = f"{MARKER.decode()} {name} "
        filler = "." * (LINE_BYTES - len(numbered) - len(f" {count - 1}"))
        return {"at": -singles * STEP, "message": numbered + filler, "count": count, "step": step}

    log = [entry("single", singles, STEP), entry("double", doubles, STEP * (singles // doubles))]
    attempt = {"started": STARTED, "stopped": ENDED, "exitCode": 0, "log": log}
    return {"attempts": [attempt], "end": {"at": ENDED, "status": "SUCCEEDED"}}


def version_2_of_aws(places):
    """The first that is an AWS CLI of version 2, which alone has `logs tail`."""
    for place in places:
        if path := shutil.which(place):
            version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            if version.startswith("aws-cli/2."):
                print(f"{path}: {version.strip()}", file=sys.stderr)
                return path
    return None


def medians_of(samples):
    """Medians, and of lines missing and surplus the worst."""
    return {
        key: (max if key in ("missing", "surplus") else statistics.median)(sample[key] for sample in samples)
        for key in samples[0]
    }


def print_table(medians, lines):
    own = medians["awsjob"]
    peers = [name for name in ("aws", "boto3") if name in medians]
    layout = "{:<26} {:>12} {:>20} {:>8} {:>8}  {}"
    print(layout.format(f"log of {lines:,} lines", "awsjob", "peer", "ratio", "goal", ""))

    def row(title, quantity, shown, goal=None):
        for peer in peers:
            theirs = medians[peer]
            ratio = own[quantity] / theirs[quantity]
            verdict = "" if goal is None else "ok" if ratio >= goal else "MISSED"
            print(layout.format(title, shown(own), f"{peer} {shown(theirs)}", f"{ratio:.3f}",
                                "" if goal is None else f">={goal:.3f}", verdict))  # fmt: skip

    row("lines per second", "rate", lambda of: f"{of['rate']:,.0f}", goal=8)
    row("CPU per 1,000 lines", "cpu", lambda of: f"{of['cpu'] * 1000:.2f} ms")
    row("reads up to the last line", "reads to the last line", lambda of: f"{of['reads to the last line']:g}")
    row("reads in all", "reads", lambda of: f"{of['reads']:g}")
    row("calls in all", "calls", lambda of: f"{of['calls']:g}")
    for peer in peers:
        verdict = "ok" if difference(own) == "none" else "MISSED"
        print(layout.format("lines not as stored", difference(own), f"{peer} {difference(medians[peer])}", "", "none",
                            verdict))  # fmt: skip
    rate = medians["server"]["rate"]
    print(f"The server by itself, to a reader that takes no notice of the lines: {rate:,.0f} lines per second.")


def difference(of):
    parts = [f"{of[what]:,} {what}" for what in ("missing", "surplus") if of[what]]
    return ", ".join(parts) or "none"


def benchmark(arguments):
    """Whether everything could be run."""
    aws = version_2_of_aws([arguments.aws] if arguments.aws else AWS_PLACES)
    if aws is None:
        print("logs_bench: NO AWS CLI 2 HERE (Debian: apt-get install awscli): its rows are missing", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("cc", "-O2", "-static", HERE / "launcher.c", "-o", folder / "launcher")
        server = ScriptedServer()
        try:
            bench = Bench(arguments.awsjob.resolve(), aws, server, folder)
            turns = []
            for number in range(1, arguments.repetitions + 1):
                print(f"repetition {number} of {arguments.repetitions}", file=sys.stderr)
                turns.append(bench.repeat(number, arguments.lines))
                print(json.dumps(turns[-1]), file=sys.stderr)
        finally:
            server.close()
    print_table({name: medians_of([turn[name] for turn in turns]) for name in turns[0]}, arguments.lines)
    return aws is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--awsjob", type=Path, required=True, metavar="PATH", help="the built program")
    parser.add_argument("--aws", metavar="PATH", help="an AWS CLI of version 2; found by itself where there is one")
    parser.add_argument("--lines", type=int, default=200_000, metavar="N")
    parser.add_argument("--repetitions", type=int, default=3, metavar="R")
    arguments = parser.parse_args()
    try:
        return 0 if benchmark(arguments) else 1
    except subprocess.CalledProcessError as error:
        sys.exit(f"logs_bench: {error}: {error.stderr}")
    except (BenchmarkError, OSError) as error:
        sys.exit(f"logs_bench: {error}")


if __name__ == "__main__":
    sys.exit(main())
