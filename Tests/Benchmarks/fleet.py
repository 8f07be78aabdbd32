"""The fleet of fleet_bench.py: what each runner starts and deserves, and the runners from the first start to the last end."""

import contextlib
import heapq
import itertools
import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench import ARN_PREFIX, GUARDIAN, BenchmarkError

STARTS, DEADLINE = 60.0, 340.0  # seconds from the first start: to the last, and to when all must have ended

LENGTHS = (120, 130, 140, 150, 160)  # seconds that work lasts
RIGHT_SHARE = 6 / 7  # of the work, that succeeds
ENDS = {  # exit codes of the runner by status of the execution, and by exit code of the container
    "stepfunctions": {"SUCCEEDED": 0, "FAILED": 1, "TIMED_OUT": 110},
    "batch": {0: 0, 3: 3, 137: 100},
}
KILLED_SHARE = 1 / 20  # of the runners; every second of these has no guardian
LATEST_KILL, EARLY_KILL = 110.0, 0.5  # seconds from the start of a runner; one kill in four is an early one
ABSENCES = (0.05, 3.0)  # seconds from a kill to the restart at most; the shorter races the guardian
MARKER = "fleet-line"
RESCUE = "awsjob-rescue"  # /proc/PID/comm of a guardian whose runner is gone
TICK = 0.02  # seconds; so late may an exit be noticed


@dataclass
class Run:
    number: int
    service: str
    target: str  # state machine or job definition
    code: int  # that it deserves
    kill: tuple[float, float] | None  # seconds from its start to the kill, and from there to the restart
    options: list[str]
    pids: list[int] = field(default_factory=list)
    exited: float = 0.0  # Unix time
    status: int | None = None  # of its last process: exit code, or minus a signal
    cpu: float = 0.0  # seconds, of its last process


def planned(runners, seed):
    """The runs, in order of their start."""
    chance = random.Random(seed)
    killed = chance.sample(range(runners), round(runners * KILLED_SHARE))
    runs = []
    for number in range(runners):
        service = ("stepfunctions", "batch")[number % 2]
        right, *wrong = ENDS[service]
        end = right if chance.random() < RIGHT_SHARE else chance.choice(wrong)
        kill, options = None, []
        if number in killed:
            latest = EARLY_KILL if chance.random() < 0.25 else LATEST_KILL
            kill = (chance.uniform(0, latest), chance.uniform(0, chance.choice(ABSENCES)))
            options = ["--no-guardian"] if killed.index(number) % 2 else []
        runs.append(Run(number, service, target(end, chance.choice(LENGTHS)), ENDS[service][end], kill, options))
    return runs


def target(end, length):
    return f"fleet-{str(end).lower()}-{length}"


def script(server):
    """Makes the work known to the server, in the form of scripted/control.py."""
    for length in LENGTHS:
        for status in ENDS["stepfunctions"]:
            events = [
                {"at": share * length, "type": f"TaskState{what}", "state": state}
                for state, since, until in (("Load", 0.01, 0.5), ("Check", 0.5, 0.9))
                for what, share in (("Entered", since), ("Exited", until))
            ]
            problem = {"error": "Fleet.Mismatch", "cause": "totals differ"} if status == "FAILED" else {}
            end = {"at": length, "status": status, **problem}
            server.control("PUT", f"machines/{target(status, length)}", {"events": events, "end": end})
        for code in ENDS["batch"]:
            times = [*range(6, length - 10, 30), length - 0.5]
            log = [{"at": at, "message": f"{MARKER} {at}"} for at in times]
            log[-1]["ingested"] = length + 2.0
            attempt = {"started": 5, "stopped": length, "exitCode": code, "log": log}
            end = {"at": length, "status": "FAILED" if code else "SUCCEEDED"}
            server.control("PUT", f"job-definitions/{target(code, length)}", {"attempts": [attempt], "end": end})


class Fleet:
    """The runners, from the first start to the last end."""

    def __init__(self, awsjob, folder, environment, runs):
        self.awsjob = awsjob
        self.folder = folder
        self.environment = environment
        self.runs = runs
        self.agenda = []  # what is to be done: (seconds, tie breaker, action, arguments), a heap
        self.numbers = itertools.count()
        self.alive = {}  # runs by process
        self.kills = 0
        for run in runs:
            self.do_at(run.number * STARTS / len(runs), self.launch, run)

    def do_at(self, seconds, action, *arguments):
        heapq.heappush(self.agenda, (seconds, next(self.numbers), action, arguments))

    def now(self):
        return time.time() - self.began

    def fly(self):
        self.began = time.time()
        while self.agenda or self.alive:
            while self.agenda and self.agenda[0][0] <= self.now():
                _, _, action, arguments = heapq.heappop(self.agenda)
                action(*arguments)
            self.reap()
            if self.now() > DEADLINE:
                break
            time.sleep(TICK)

    def launch(self, run):
        where = (["--state-machine-arn", ARN_PREFIX + run.target] if run.service == "stepfunctions"
                 else ["--job-queue", "fleet", "--job-definition", run.target])  # fmt: skip
        who = {"AUTO_JOB_NAME": f"fleet{run.number}", "AUTORUN": f"{run.number}/1"}
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        pid = os.posix_spawn(
            self.awsjob, [self.awsjob, run.service, *where, *run.options], self.environment | who, setpgroup=0,
            file_actions=[(os.POSIX_SPAWN_OPEN, number, self.output(run, name, len(run.pids)), flags, 0o600)
                          for number, name in ((1, "out"), (2, "err"))],
        )  # fmt: skip
        run.pids.append(pid)
        self.alive[pid] = run
        if run.kill and len(run.pids) == 1:
            self.do_at(self.now() + run.kill[0], self.kill, run, pid)

    def output(self, run, name, process=-1):
        """The file of what a process of the run said, by default the last."""
        return self.folder / f"{run.number}-{process % max(len(run.pids), process + 1)}.{name}"

    def kill(self, run, pid):
        if pid in self.alive:
            os.kill(pid, signal.SIGKILL)
            self.kills += 1
            self.do_at(self.now() + run.kill[1], self.launch, run)

    def reap(self):
        while True:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            run = self.alive.pop(pid, None)
            if run is None:
                raise BenchmarkError(f"the server or a peer (process {pid}) ended with {status}")
            run.exited, run.status = time.time(), os.waitstatus_to_exitcode(status)
            run.cpu = usage.ru_utime + usage.ru_stime

    def guardians(self):
        """Runs by guardian, at its errand too, that has this fleet's state directory in its environment."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if (process / "comm").read_text().strip() in (GUARDIAN, RESCUE):
                    environment = dict(pair.split("=", 1) for pair in (process / "environ").read_text().split("\0") if pair)
                    if environment.get("AWSJOB_STATE_DIR") == self.environment["AWSJOB_STATE_DIR"]:
                        found[int(process.name)] = self.runs[int(environment["AUTORUN"].partition("/")[0])]
        return found

    def land(self):
        """Ends what has not ended."""
        for pid in [*self.alive, *self.guardians()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
