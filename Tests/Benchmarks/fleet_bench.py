"""Runs a thousand runners at once and sees that all end right, once, and leave nothing behind; and what that costs.

    python fleet_bench.py --awsjob PATH [--runners N] [--seed S]

Half are Step Functions executions, half Batch jobs with logs; they start within a minute and last two minutes or more;
one in seven fails or times out. One in twenty runners is killed with SIGKILL at some moment and started again: it goes
on with its work, or its guardian has stopped that. A Batch job that a runner was about to submit when it was killed is
never sent again (113). Beside them run as many boto3 scripts as fit into the same memory.
All talk TLS to one scripted server and read at the pace of their defaults. CPU is that of a part of the waiting phase,
extrapolated to an hour. Wants openssl and root, as bench.py does. Takes five minutes. Exit 0 when all ended right, else 1.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from bench import ARN_PREFIX, BOTO3_PEER, ENDLESS_MACHINE, BenchmarkError, ScriptedServer, contenders, make_certificates
from fleet import ENDS, MARKER, TICK, Fleet, planned, script

# Seconds from the first start.
FIRST_PEER, MEMORY, NEXT_PEER = 62.0, 72.0, 0.45
RUNNERS_CPU, PEERS_CPU = (80.0, 118.0), (118.0, 156.0)
SPAN = 30  # of a row of calls

MOST_PEERS = 100
STOPPED = 111  # exit code of a run whose guardian stopped the work
UNSEEN = 113  # of one that was killed while it sent its submission, which AWS does not show
WAITED = "awsjob: warning: another runner or guardian of this run is at work; waiting for it"
BATCH_ACTIONS = ("SubmitJob", "DescribeJobs", "ListJobs", "TerminateJob", "FilterLogEvents", "GetLogEvents")
STATUS_READS = ("GetExecutionHistory", "DescribeExecution", "DescribeJobs")
RUN_OF_NAME = re.compile(r"fleet(\d+)-\1-1-[0-9a-f]{8}")


@dataclass(frozen=True)
class Work:
    """What the server knows of an execution or job."""

    key: str  # ARN or id
    name: str
    is_running: bool
    ended: float  # Unix time
    stopped_because: str | None
    messages: list[str]


class Peers:
    """boto3 scripts that follow executions without an end. Their starts, which take long, give way to the server."""

    def __init__(self, environment):
        self.environment = environment
        self.processes = []

    def start(self):
        number = len(self.processes)
        self.processes.append(subprocess.Popen(
            ["nice", sys.executable, BOTO3_PEER, ARN_PREFIX + ENDLESS_MACHINE, f"peer-{number}", "{}"],
            env=self.environment, stdout=subprocess.DEVNULL,
        ))  # fmt: skip

    def pids(self):
        return [process.pid for process in self.processes]

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()


class Gauge:
    """Takes memory and CPU of the processes, at the times that the head of this file names. The killed do not count."""

    def __init__(self, fleet, peers):
        self.fleet = fleet
        self.peers = peers
        self.memory = {}  # by whose: private and common KiB of one
        self.total = 0  # KiB of all runners
        self.cpu = {}  # by whose: CPU seconds of one in an hour
        self.counts = {}  # by whose: how many were there all the time
        self.first = {}  # readings at the beginning of a window
        self.idle = {}  # share of the machine, by window
        fleet.do_at(FIRST_PEER, peers.start)
        fleet.do_at(MEMORY, self.take_memory)
        fleet.do_at(PEERS_CPU[0], self.take_peers_memory)
        for window, whose in ((RUNNERS_CPU, tuple(ENDS)), (PEERS_CPU, ("boto3",))):
            for seconds in window:
                fleet.do_at(seconds, self.take_cpu, whose)
        fleet.do_at(PEERS_CPU[1] + TICK, peers.end)

    def processes(self, whose):
        """Those that are counted, and their guardians."""
        if whose == "boto3":
            return self.peers.pids(), []
        return tuple(
            [pid for pid, run in of.items() if run.service == whose and not run.kill]
            for of in (self.fleet.alive, self.fleet.guardians())
        )

    def take_memory(self):
        """And has as many peers started as fit into what all runners take."""
        for service in ENDS:
            runners, guardians = self.processes(service)
            self.memory[service] = memory_of_one(runners, guardians)
            self.guardian = memory_of_one(guardians)
            self.total += sum(self.memory[service]) * len(runners)
        one = sum(memory_of_one(self.peers.pids()))
        for number in range(1, min(MOST_PEERS, int(self.total / one))):
            self.fleet.do_at(MEMORY + number * NEXT_PEER, self.peers.start)

    def take_peers_memory(self):
        self.memory["boto3"] = memory_of_one(self.peers.pids())

    def take_cpu(self, several):
        """The second reading of the two is held against the first."""
        for whose in several:
            mains, guardians = self.processes(whose)
            now, at, idle = cpu_seconds([*mains, *guardians]), time.monotonic(), idle_seconds()
            if whose not in self.first:
                self.first[whose] = (now, at, idle)
                continue
            before, since, idle_before = self.first[whose]
            stayed = now.keys() & before.keys()
            self.counts[whose] = len(stayed & set(mains))
            used = sum(now[pid] - before[pid] for pid in stayed)
            self.cpu[whose] = used / self.counts[whose] / (at - since) * 3600
            self.idle[whose] = (idle - idle_before) / (at - since) / os.cpu_count()


def memory_of_one(pids, guardians=()):
    """KiB, the guardians' included: private, as bench.py takes it, and its share of what it has in common with others."""
    sums = Counter()
    for pid in (*pids, *guardians):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
                name, amount, *_ = line.split()
                sums[name] += int(amount)
    return sums["Private_Dirty:"] / len(pids), (sums["Pss:"] - sums["Private_Dirty:"]) / len(pids)


def cpu_seconds(pids):
    """By process, of its only thread."""
    used = {}
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            used[pid] = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return used


def idle_seconds():
    """Of all processors since boot (proc(5), stat)."""
    return int(Path("/proc/stat").read_text().split()[4]) / os.sysconf("SC_CLK_TCK")


def works_of(server):
    """What the server has, in lists by number of the run, and names that belong to none."""
    works, strangers = defaultdict(list), []
    found = [
        Work(of["executionArn"], of["name"], of["status"] == "RUNNING", of["stopDate"] or 0, of["stopCause"], [])
        for of in server.control("GET", "executions?name=fleet")
    ] + [
        Work(of["jobId"], of["jobName"], of["endedAt"] is None, (of["endedAt"] or 0) / 1000, of["terminateReason"],
             [message for stream in of["streams"] for message in stream["messages"]])
        for of in server.control("GET", "jobs")
    ]  # fmt: skip
    for work in found:
        match = RUN_OF_NAME.fullmatch(work.name)
        works[int(match[1])].append(work) if match else strangers.append(work.name)
    return works, strangers


def complaints(fleet, run, works):
    """What is not right about the end of a run, given all work of its name."""
    if is_unseen(run, works):
        return []
    if len(works) != 1:
        return [f"started its work {len(works)} times"]
    [work] = works
    wrong = ["its work still runs"] if work.is_running else []
    if work.stopped_because and not (run.kill and "stopped by its guardian" in work.stopped_because):
        wrong.append(f"its work was stopped: {work.stopped_because}")
    code = STOPPED if work.stopped_because else run.code
    if run.status != code:
        wrong.append(f"ended with {run.status} instead of {code}")
    lines = [line for line in fleet.output(run, "out").read_text().splitlines() if MARKER in line]
    if not work.stopped_because and sorted(line.partition(" ")[2] for line in lines) != sorted(work.messages):
        wrong.append(f"printed {len(lines)} log lines of {len(work.messages)}")
    return wrong


def warnings(fleet, run):
    """A runner that was started again may say that it waits for the guardian of the one before."""
    said = fleet.output(run, "err").read_text().splitlines()
    return [line for line in said if "warning" in line and not (run.kill and WAITED in line)]


def is_unseen(run, works):
    return not works and run.kill and run.service == "batch" and run.status == UNSEEN


def delays(fleet, works, calls):
    """Seconds from the end in AWS to the exit, and from the first read of the status after it, by service, sorted. Of
    runs that were not killed."""
    ended = {work.key: work.ended for of in works.values() for work in of}
    seen = {}
    for call in calls:
        if call["action"] in STATUS_READS:
            body = json.loads(call["body"])
            key = body.get("executionArn") or body["jobs"][0]
            if key in ended and call["at"] >= ended[key]:
                seen.setdefault(key, call["at"])
    result = {service: ([], []) for service in ENDS}
    for run in fleet.runs:
        if not run.kill:
            [work] = works[run.number]
            result[run.service][0].append(run.exited - work.ended)
            result[run.service][1].append(run.exited - seen[work.key])
    return {service: tuple(map(sorted, pair)) for service, pair in result.items()}


def print_calls(calls, began):
    """Calls a second by kind, a column for each span of time."""
    kinds = defaultdict(Counter)
    for call in calls:
        kinds[call["action"]][int((call["at"] - began) // SPAN)] += 1
    spans = range(max(max(of) for of in kinds.values()) + 1)
    layout = "{:<36}" + " {:>6}" * len(spans)
    print(layout.format("calls a second, up to second", *((span + 1) * SPAN for span in spans)))
    for kind in sorted(kinds, key=lambda kind: -kinds[kind].total()):
        print(layout.format(kind, *(f"{kinds[kind][span] / SPAN:.1f}" for span in spans)))


def print_delays(of):
    layout = "{:<36} {:>20} {:>20}"
    print(layout.format("delay, p50 and p99", *of))

    def row(title, which):
        print(layout.format(title, *(f"{values[len(values) // 2]:.1f} s, {values[len(values) * 99 // 100]:.1f} s"
                                     for values in (pair[which] for pair in of.values()))))  # fmt: skip

    row("from the end in AWS to the exit", 0)
    row("from the read that showed it", 1)


def print_costs(gauge, fleet, calls):
    whose = [*ENDS, "boto3"]
    layout = "{:<36} {:>20} {:>20} {:>20}"
    print(layout.format("of one, waiting", "stepfunctions", "batch, with logs", "boto3, stepfunctions"))

    def row(title, value):
        print(layout.format(title, *map(value, whose)))

    def calls_of_one(of):
        since, until = PEERS_CPU if of == "boto3" else RUNNERS_CPU
        made = sum(since <= call["at"] - fleet.began < until and caller(call) == of for call in calls)
        return made / gauge.counts[of]

    row("processes measured", lambda of: gauge.counts[of])
    row("private memory", lambda of: f"{gauge.memory[of][0]:,.0f} KiB")
    row("with its share of common memory", lambda of: f"{sum(gauge.memory[of]):,.0f} KiB")
    row("CPU in an hour, extrapolated", lambda of: f"{gauge.cpu[of]:.2f} s")
    row("  from so many calls", lambda of: f"{calls_of_one(of):.1f}")
    row("  machine idle meanwhile", lambda of: f"{gauge.idle[of]:.0%}")
    whole = statistics.median(run.cpu for run in fleet.runs if not run.kill) * 1000
    print(f"Guardians included, {gauge.guardian[0]:.0f} KiB private each. All runners that were not killed: "
          f"{gauge.total / 1024:,.0f} MiB. CPU of a whole run: {whole:.0f} ms (median).")  # fmt: skip


def caller(call):
    if ENDLESS_MACHINE in call["body"]:
        return "boto3"
    return "batch" if call["action"] in BATCH_ACTIONS else "stepfunctions"


def report(fleet, gauge, server, environment):
    """Whether all ended right."""
    began = time.monotonic()
    works, strangers = works_of(server)
    unseen = [run for run in fleet.runs if is_unseen(run, works[run.number])]
    # The guardian of an unseen submission looks for it for ten minutes.
    while (left := [run for run in fleet.guardians().values() if run not in unseen]) and time.monotonic() < began + 10:
        time.sleep(TICK)
    fleet.land()
    orphans = subprocess.run([fleet.awsjob, "orphans"], env=environment, capture_output=True, text=True)
    listed = [line for line in orphans.stdout.splitlines() if line != "no orphans"]
    works, strangers = works_of(server)
    calls = server.control("GET", "calls")
    wrong = {run.number: found for run in fleet.runs if (found := complaints(fleet, run, works[run.number]))}
    for number, found in itertools.islice(wrong.items(), 20):
        print(f"fleet_bench: run {number} ({fleet.runs[number].target}): {'; '.join(found)}", file=sys.stderr)
    warned = [said for run in fleet.runs if not is_unseen(run, works[run.number]) and (said := warnings(fleet, run))]
    stopped = sum(bool(work.stopped_because) for of in works.values() for work in of)
    surplus = sum(len(of) - 1 for of in works.values() if of) + len(strangers)
    running = sum(work.is_running for of in works.values() for work in of)
    print(f"{len(fleet.runs)} runners: {len(fleet.runs) - len(wrong)} ended right; {fleet.kills} killed with SIGKILL and "
          f"started again: {fleet.kills - stopped - len(unseen)} went on, of {stopped} the guardian stopped the work, "
          f"of {len(unseen)} AWS never saw the submission ({UNSEEN}).")  # fmt: skip
    print(f"Work started twice: {surplus}. Left behind: {len(left)} guardians, {running} running in AWS; awsjob orphans "
          f"lists {len(listed)}, of these {len(unseen)} of submissions that AWS never saw.")  # fmt: skip
    print(f"Runners that warned: {len(warned)}{', the first: ' + warned[0][0] if warned else ''}")
    if not wrong:
        print_delays(delays(fleet, works, calls))
    print_costs(gauge, fleet, calls)
    print_calls([call for call in calls if caller(call) != "boto3"], fleet.began)
    [used] = cpu_seconds([server.process.pid]).values()
    print(f"The server: {len(calls):,} calls, {used:.0f} s of CPU.")
    return not (wrong or surplus or left or running) and len(listed) == len(unseen) and orphans.returncode == bool(unseen)


def benchmark(awsjob, runners, seed):
    print(f"seed {seed}, load of the machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_certificates(folder)
        server = ScriptedServer(folder)
        try:
            script(server)
            os.setpriority(os.PRIO_PROCESS, server.process.pid, -10)  # it stands for a service elsewhere
            environment = contenders(awsjob, folder, server.endpoint)["awsjob"].environment
            fleet, peers = Fleet(awsjob, folder, environment, planned(runners, seed)), Peers(environment)
            gauge = Gauge(fleet, peers)
            try:
                fleet.fly()
                return report(fleet, gauge, server, environment)
            finally:
                peers.end()
                fleet.land()
        finally:
            server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--awsjob", type=Path, required=True, metavar="PATH", help="the built program")
    parser.add_argument("--runners", type=int, default=1000, metavar="N", help="20 or more")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), metavar="S", help="of ends and kills")
    arguments = parser.parse_args()
    if arguments.runners < 20:
        parser.error("too few runners to measure")
    try:
        return 0 if benchmark(arguments.awsjob.resolve(), arguments.runners, arguments.seed) else 1
    except subprocess.CalledProcessError as error:
        sys.exit(f"fleet_bench: {error}: {error.stderr}")
    except (BenchmarkError, OSError) as error:
        sys.exit(f"fleet_bench: {error}")


if __name__ == "__main__":
    sys.exit(main())
