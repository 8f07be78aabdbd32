"""Compares awsjob with the same job as a boto3 script and as a C program on libcurl, against the scripted server.

    python bench.py --awsjob PATH [--repetitions R]

All three talk TLS to one server and take turns; a row is the ratio of the medians of R repetitions. Wants cc, libcurl,
libcrypto and openssl, and root or CAP_SYS_PTRACE: awsjob is not dumpable, so that nobody else may read its memory map.
Exit 0 whatever the ratios, 1 when something could not be run.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from ssl import create_default_context
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

HERE = Path(__file__).resolve().parent
SCRIPTED_AWS = HERE.parent / "Servers" / "scripted_aws.py"
BOTO3_PEER = HERE / "boto3_peer.py"
REGION = "us-east-1"
ACCESS_KEY, SECRET_KEY = "AKIABENCH", "bench-secret"
ARN_PREFIX = f"arn:aws:states:{REGION}:123456789012:stateMachine:"
WHOLE_MACHINE, ENDLESS_MACHINE = "bench-whole", "bench-endless"
POLL = 2  # seconds
WALK_STEPS, STEP_SECONDS = 4, 1.5  # 6 s, and with the first and the last 10 events
SETTLED = 3.0  # seconds from StartExecution until a run has read the status and waits
START_DEADLINE, STOP_DEADLINE = 20, 20  # seconds
GUARDIAN = "awsjob-guardian"  # /proc/PID/comm


class BenchmarkError(Exception):
    """Something could not be run; the text says what."""


class ScriptedServer:
    """The scripted server behind TLS, until `close`."""

    def __init__(self, certificates):
        self.process = subprocess.Popen(
            [sys.executable, "-B", SCRIPTED_AWS, "--verify", f"{ACCESS_KEY}={SECRET_KEY}",
             "--tls", certificates / "server.pem", certificates / "server.key"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        word, _, port = self.process.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise BenchmarkError(f"{SCRIPTED_AWS.name} did not get ready")
        self.endpoint = f"https://127.0.0.1:{port}"
        tls = create_default_context(cafile=certificates / "ca.pem")
        self.opener = build_opener(ProxyHandler({}), HTTPSHandler(context=tls))
        self.control("PUT", f"machines/{WHOLE_MACHINE}", whole_walk())
        self.control("PUT", f"machines/{ENDLESS_MACHINE}", {})

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with self.opener.open(Request(f"{self.endpoint}/_control/{path}", data, method=method)) as reply:
            return json.load(reply)

    def forget_calls(self):
        self.control("DELETE", "calls")

    def start_received_at(self):
        """Unix time of the first StartExecution since `forget_calls`."""
        calls = self.control("GET", f"wait?action=StartExecution&count=1&timeout={START_DEADLINE}")
        if not calls:
            raise BenchmarkError(f"no StartExecution within {START_DEADLINE} s")
        return calls[0]["at"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Contender:
    """One program that starts an execution and follows it; `command(machine, number)` is its command line."""

    def __init__(self, command, environment):
        self.command = command
        self.environment = environment

    def environment_of(self, number):
        return self.environment | {"AUTORUN": f"{number}/1"}


def whole_walk():
    """The state machine of a whole run, as scripted/control.py takes it."""
    events = []
    for step in range(WALK_STEPS):
        state = f"Step{step + 1}"
        events.append({"at": step * STEP_SECONDS, "type": "TaskStateEntered", "state": state})
        events.append({"at": (step + 1) * STEP_SECONDS, "type": "TaskStateExited", "state": state})
    return {"events": events, "end": {"at": WALK_STEPS * STEP_SECONDS, "status": "SUCCEEDED"}}


def run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True)


def make_certificates(folder):
    def request(name, subject, *options):
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject,
            "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem", *options)  # fmt: skip

    request("ca", "/CN=benchmark authority")
    request("server", "/CN=127.0.0.1", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE")  # fmt: skip


def contenders(awsjob, folder, endpoint):
    authority = str(folder / "ca.pem")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CA_BUNDLE": authority,
        "CURL_CA_BUNDLE": authority,
        "AWSJOB_STATE_DIR": str(folder / "state"),
        "AUTO_JOB_NAME": "bench",
        "AUTOSERV": "ACE",
    }

    def awsjob_command(machine, number):
        return [awsjob, "stepfunctions", "--state-machine-arn", ARN_PREFIX + machine, "--input", "{}",
                "--endpoint-url", endpoint, "--region", REGION,
                "--poll-interval", f"{POLL}s", "--max-poll-interval", f"{POLL}s"]  # fmt: skip

    def peer_command(*program):
        def command(machine, number):
            return [*program, ARN_PREFIX + machine, f"peer-{number}", "{}", "--poll", str(POLL)]

        return command

    return {
        "awsjob": Contender(awsjob_command, environment),
        "boto3": Contender(peer_command(sys.executable, BOTO3_PEER), environment),
        "C": Contender(peer_command(folder / "curl_peer"), environment),
    }


def whole_run(server, folder, contender, number):
    """CPU seconds, peak resident KiB, and seconds from exec to StartExecution of a run to the end."""
    command = contender.command(WHOLE_MACHINE, number)
    server.forget_calls()
    launched = subprocess.run(
        [folder / "launcher", *command], env=contender.environment_of(number), stdout=subprocess.PIPE, check=True
    )
    cost = json.loads(launched.stdout)
    if cost["exit"] != 0:
        raise BenchmarkError(f"{command[0]} ended with {cost['exit']}")
    start = server.start_received_at() - cost["exec_at"]
    return {"cpu": cost["cpu_s"], "peak": cost["maxrss_kib"], "start": start}


def private_kib(pid):
    """Memory that no other process shares: Private_Dirty of /proc/PID/smaps_rollup, KiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1])
    raise BenchmarkError(f"/proc/{pid}/smaps_rollup has no Private_Dirty")


def start_time(pid):
    """Clock ticks from boot to the start of a process (proc(5), field 22 of stat)."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def newest_guardian():
    guardians = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if (folder / "comm").read_text().strip() == GUARDIAN:
                guardians.append((start_time(folder.name), folder.name))
    if not guardians:
        raise BenchmarkError(f"no process is named {GUARDIAN}")
    return max(guardians)[1]


def stop(process):
    process.terminate()
    try:
        process.wait(STOP_DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise BenchmarkError(f"{process.args[0]} did not end within {STOP_DEADLINE} s of SIGTERM") from None


def waiting_run(server, contender, number, has_guardian):
    """Private KiB (with the guardian's) and threads of a run that waits for work that does not end."""
    server.forget_calls()
    process = subprocess.Popen(
        contender.command(ENDLESS_MACHINE, number), env=contender.environment_of(number),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server.start_received_at()
        time.sleep(SETTLED)
        private = private_kib(process.pid) + (private_kib(newest_guardian()) if has_guardian else 0)
        return {"private": private, "threads": len(os.listdir(f"/proc/{process.pid}/task"))}
    finally:
        stop(process)


def measure(server, folder, programs, repetitions):
    """The median of every quantity, per program."""
    samples = {name: [] for name in programs}
    number = 0
    for repetition in range(repetitions):
        print(f"repetition {repetition + 1} of {repetitions}", file=sys.stderr)
        for name, contender in programs.items():
            number += 1
            sample = whole_run(server, folder, contender, number)
            if name != "C":
                number += 1
                sample |= waiting_run(server, contender, number, has_guardian=name == "awsjob")
            samples[name].append(sample)
    return {
        name: {key: statistics.median(sample[key] for sample in taken) for key in taken[0]}
        for name, taken in samples.items()
    }


def print_table(medians):
    rows = [
        # quantity, what it is, peer, goal for awsjob / peer, unit and its factor
        ("cpu", "CPU of a whole run", "boto3", 1 / 15, "ms", 1000),
        ("cpu", "CPU of a whole run", "C", 2, "ms", 1000),
        ("start", "exec to StartExecution", "boto3", 1 / 10, "ms", 1000),
        ("private", "private memory, waiting", "boto3", 1 / 8, "KiB", 1),
        ("peak", "peak resident set", "C", 2, "KiB", 1),
    ]
    layout = "{:<26} {:>12} {:>20} {:>8} {:>8}  {}"
    print(layout.format("", "awsjob", "peer", "ratio", "goal", ""))
    for quantity, title, peer, goal, unit, factor in rows:
        own, theirs = medians["awsjob"][quantity], medians[peer][quantity]
        verdict = "ok" if own / theirs <= goal else "MISSED"
        print(layout.format(title, f"{own * factor:.1f} {unit}", f"{peer} {theirs * factor:.1f} {unit}",
                            f"{own / theirs:.3f}", f"<={goal:.3f}", verdict))  # fmt: skip
    threads = medians["awsjob"]["threads"]
    print(layout.format("threads, waiting", f"{threads:g}", "", "", "1", "ok" if threads == 1 else "MISSED"))


def benchmark(awsjob, repetitions):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("cc", "-O2", "-static", HERE / "launcher.c", "-o", folder / "launcher")
        run("cc", "-O2", HERE / "curl_peer.c", "-o", folder / "curl_peer", "-lcurl", "-lcrypto")
        make_certificates(folder)
        server = ScriptedServer(folder)
        try:
            programs = contenders(awsjob, folder, server.endpoint)
            print_table(measure(server, folder, programs, repetitions))
        finally:
            server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--awsjob", type=Path, required=True, metavar="PATH", help="the built program")
    parser.add_argument("--repetitions", type=int, default=7, metavar="R")
    arguments = parser.parse_args()
    try:
        benchmark(arguments.awsjob.resolve(), arguments.repetitions)
    except subprocess.CalledProcessError as error:
        sys.exit(f"bench: {error}: {error.stderr}")
    except (BenchmarkError, OSError) as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
