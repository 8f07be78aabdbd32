"""Measures what remembering runs costs, how fast they are found again, and how fast `exec` passes output on.

    python history_bench.py --awsjob PATH [--runs N] [--writers N] [--repetitions R]

Everything is compared, in the same run, with what does the bare work: answers with the sqlite3 command on the same file and
rows, a recorded run with one whose state directory cannot be written (no journal, no history), `exec` with `cat`. Wants cc
and sqlite3. Exit 0 whatever the figures, 1 when something could not be run or a run was lost.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import ACCESS_KEY, ARN_PREFIX, HERE, REGION, SECRET_KEY, BenchmarkError, run
from logs_bench import ScriptedServer

JOBS = 2000
DAY_MS = 86_400_000
OUTPUT_BYTES = 1 << 30
MACHINE = "bench-record"
STEPS = 10  # states of a recorded run
EVENTS = [
    {"time": "2026-11-21T01:02:03.004Z", "kind": "state", "message": f"state CalculatePayOfRegion{step} {what}"}
    for step in range(5) for what in ("entered", "exited")
]  # fmt: skip


def environment_of(state, **more):
    return {"PATH": os.environ["PATH"], "AWSJOB_STATE_DIR": str(state), "AUTOSERV": "ACE", "AUTO_JOB_NAME": "bench",
            "AWS_EC2_METADATA_DISABLED": "true"} | more  # fmt: skip


def report(title, own, peer="", ratio="", goal="", verdict=""):
    print(f"{title:<44} {own:>14} {peer:>24} {ratio:>8} {goal:>10}  {verdict}", flush=True)


def judge(good):
    return "ok" if good else "MISSED"


def fill(awsjob, folder, runs):
    """A store of `runs` runs, in the tables that the program itself has made."""
    state = folder / "million"
    subprocess.run([awsjob, "history", "init"], env=environment_of(state), check=True, capture_output=True)
    database = sqlite3.connect(state / "history.sqlite")
    now = int(time.time() * 1000)
    step = 300 * DAY_MS // runs

    def rows():
        for number in range(runs):
            job, died = number % JOBS, number % 997 == 0
            outcome = "died" if died else "failed" if number % 50 == 0 else "succeeded"
            name = f"payroll_region_{job:04}-{1000 + number}-1-17fb1f22"
            started = now - (runs - number) * step
            yield ("ACE", f"payroll_region_{job:04}", str(1000 + number), 1, f"BOX_{job % 100:02}", "batch-host-01", "stepfunctions", started,
                   started + 60_000, 61_234, outcome, "SUCCEEDED" if outcome == "succeeded" else "FAILED", None if died else int(outcome != "succeeded"), None,
                   None if outcome == "succeeded" else "Payroll.ControlTotalMismatch: the control total of the region is off by 12.40",
                   None, None, 1, int(died), 12_345, 200, 17, f"{ARN_PREFIX}payroll", name,
                   f"arn:aws:states:{REGION}:123456789012:execution:payroll:{name}", "44136fa3" * 8, None, started)  # fmt: skip

    columns = ("instance,job,run,try,box,machine,service,started,ended,duration_ms,outcome,status,exit_code,signal,reason,failure_class,stopped_by,"
               "runners,runners_died,log_bytes,log_lines,calls,target,name,work_id,input_sha256,tags,revision")  # fmt: skip
    marks = ",".join("?" * len(columns.split(",")))
    database.execute("PRAGMA synchronous = OFF")
    with database:
        database.executemany(f"INSERT INTO runs ({columns}) VALUES ({marks})", rows())
    bare = (state / "history.sqlite").stat().st_size
    with database:
        database.execute("INSERT INTO events SELECT id, ?, 0 FROM runs", (json.dumps(EVENTS, separators=(",", ":")),))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    size = (state / "history.sqlite").stat().st_size
    report("bytes a run in the store", f"{bare / runs:.0f}", f"and {(size - bare) / runs:.0f} of 10 events")
    return state, columns


def answers(awsjob, state, columns, repetitions):
    """Every kind of question, beside the sqlite3 command on the same rows."""
    store = state / "history.sqlite"
    job = "payroll_region_0042"
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 100 * 86_400))
    day_ms = int(time.mktime(time.strptime(day, "%Y-%m-%d")) - time.timezone) * 1000
    newest = sqlite3.connect(store).execute("SELECT run FROM runs WHERE job = ? ORDER BY started LIMIT 1", (job,)).fetchone()[0]
    questions = [
        ([], "", 20),
        (["--limit", "1000"], "", 1000),
        (["--job", job], f"WHERE job = '{job}'", 20),
        (["--job", job, "--outcome", "failed"], f"WHERE job = '{job}' AND outcome = 'failed'", 20),
        (["--box", "BOX_42"], "WHERE box = 'BOX_42'", 20),
        (["--box", "BOX_42", "--outcome", "died"], "WHERE box = 'BOX_42' AND outcome = 'died'", 20),
        (["--outcome", "died"], "WHERE outcome = 'died'", 20),
        (["--outcome", "killed"], "WHERE outcome = 'killed'", 20),
        (["--until", day], f"WHERE started < {day_ms}", 20),
        (["--until", day, "--outcome", "failed", "--job", job], f"WHERE started < {day_ms} AND outcome = 'failed' AND job = '{job}'", 20),
        (["show", f"{job}:{newest}/1"], f"LEFT JOIN events ON run_id = id WHERE job = '{job}' AND run = '{newest}' AND try = 1", 1),
    ]
    # Most of a short answer is the start of the process; a C program that links libcurl and does nothing takes three sqlite3.
    start = statistics.median(timed([awsjob, "history", "--job", "none"], environment_of(state)) for _ in range(repetitions)) * 1000
    bare_start = statistics.median(timed(["sqlite3", "-readonly", store, "SELECT 1"], environment_of(state)) for _ in range(repetitions)) * 1000
    report("an answer without rows", f"{start:.1f} ms", f"sqlite3 {bare_start:.1f} ms", f"{start / bare_start:.2f}")
    for words, condition, limit in questions:
        selected = columns + (",events" if "JOIN" in condition else "")
        sql = f"SELECT {selected} FROM runs {condition} ORDER BY started DESC, id DESC LIMIT {limit}"
        own = [timed([awsjob, "history", *words], environment_of(state)) for _ in range(repetitions)]
        bare = [timed(["sqlite3", "-readonly", store, sql], environment_of(state)) for _ in range(repetitions)]
        mine, theirs = statistics.median(own) * 1000, statistics.median(bare) * 1000
        report("history " + " ".join(words), f"{mine:.1f} ms", f"sqlite3 {theirs:.1f} ms", f"{mine / theirs:.2f}", "100 ms, 3",
               judge(mine < 100 and mine / theirs <= 3))  # fmt: skip


def timed(command, environment):
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def writers(awsjob, folder, count):
    """`count` runners whose commands end in the same moment. True when all are remembered."""
    state = folder / "writers"
    ready, release = os.pipe(), os.pipe()
    processes = []
    with open(folder / "warnings", "wb") as warnings:
        for number in range(count):
            processes.append(
                subprocess.Popen([awsjob, "exec", "--", "sh", "-c", f"echo >&{ready[1]}; read x; exit {number % 7}"], stdin=release[0], stdout=subprocess.DEVNULL,
                                 stderr=warnings, pass_fds=[ready[1]], env=environment_of(state, AUTORUN=f"{number}/1", AWSJOB_ADVICE="off"))
            )  # fmt: skip
        waiting = 0
        while waiting < count:
            waiting += len(os.read(ready[0], 4096))
        os.close(release[0])
        began = time.perf_counter()
        os.close(release[1])
        codes = [process.wait() for process in processes]
        took = time.perf_counter() - began
    os.close(ready[0]), os.close(ready[1])
    rows = dict(sqlite3.connect(state / "history.sqlite").execute("SELECT run, exit_code FROM runs"))
    lost = sum(1 for number, code in enumerate(codes) if rows.get(str(number)) != code)
    wrong = sum(1 for number, code in enumerate(codes) if code != number % 7)
    warned = len((folder / "warnings").read_bytes().splitlines())
    whole = sqlite3.connect(state / "history.sqlite").execute("PRAGMA quick_check").fetchone()[0]
    report(f"{count} runners end at once: runs lost", str(lost), f"{warned} warnings, {took:.1f} s in all", "", "0", judge(lost == 0 and wrong == 0 and whole == "ok"))
    return lost == 0 and wrong == 0 and whole == "ok"


def cost(awsjob, folder, repetitions):
    """CPU of a whole run of 3 s with a state directory, and without any that can be written."""
    run("cc", "-O2", "-static", HERE / "launcher.c", "-o", folder / "launcher")
    server = ScriptedServer()
    try:
        events = [{"at": step * 0.3, "type": f"TaskState{what}", "state": f"Step{step}"} for step in range(STEPS) for what in ("Entered", "Exited")]
        server.control("PUT", f"machines/{MACHINE}", {"events": events, "end": {"at": STEPS * 0.3, "status": "SUCCEEDED"}})
        keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": server.endpoint}
        command = [folder / "launcher", awsjob, "stepfunctions", "--state-machine-arn", ARN_PREFIX + MACHINE, "--poll-interval", "1", "--max-poll-interval", "1"]
        samples = {"recorded": [], "not recorded": []}
        for number in range(repetitions):
            for name, state in (("recorded", folder / "cost"), ("not recorded", Path("/proc/nowhere"))):
                done = subprocess.run(command, env=environment_of(state, AUTORUN=f"{number}{name == 'recorded':d}/1", **keys), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                samples[name].append(json.loads(done.stdout)["cpu_s"] * 1000)
    finally:
        server.close()
    own, bare = (statistics.median(samples[name]) for name in ("recorded", "not recorded"))
    report("CPU of a run of 3 s, 20 state changes", f"{own:.1f} ms", f"no journal {bare:.1f} ms", f"{own / bare - 1:+.1%}", "<=10%", judge(own / bare <= 1.1))
    journals = list((folder / "cost" / "journal").iterdir())
    report("bytes of a run's journal", f"{sum(path.stat().st_size for path in journals) / len(journals):.0f}")


def throughput(awsjob, folder, repetitions):
    """Bytes per second of `exec -- cat FILE` beside `cat FILE`, into a pipe and into a file."""
    source = folder / "output"
    with open(source, "wb") as file:
        line = b"2026-11-21T01:02:03.004Z a line of a log that a command prints, 80 bytes with its end\n"
        for _ in range(OUTPUT_BYTES // (len(line) * 4096)):
            file.write(line * 4096)
    size = source.stat().st_size
    os.sync()
    environment = environment_of(folder / "exec", AUTORUN="1/1")
    # Not beside the journal, whose syncs would also wait for the copy to be on disk.
    memory = Path(tempfile.mkdtemp(dir="/dev/shm"))
    for place, tail in (("a pipe", "| cat >/dev/null"), ("a file", f">{memory}/copy")):
        rates = {}
        for _ in range(repetitions):
            for name, command in (("exec", f"'{awsjob}' exec -- cat {source} {tail}"), ("cat", f"cat {source} {tail}")):
                rates.setdefault(name, []).append(size / timed(["sh", "-c", command], environment) / 1e6)
        own, bare = statistics.median(rates["exec"]), statistics.median(rates["cat"])
        report(f"exec into {place}", f"{own:,.0f} MB/s", f"cat {bare:,.0f} MB/s", f"{own / bare:.2f}", ">=0.80", judge(own / bare >= 0.8))
    shutil.rmtree(memory)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--awsjob", type=Path, required=True, metavar="PATH", help="the built program")
    parser.add_argument("--runs", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--writers", type=int, default=500, metavar="N")
    parser.add_argument("--repetitions", type=int, default=9, metavar="R")
    arguments = parser.parse_args()
    awsjob = arguments.awsjob.resolve()
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            report("history", "awsjob", "beside", "ratio", "goal")
            nothing_lost = writers(awsjob, folder, arguments.writers)
            cost(awsjob, folder, arguments.repetitions)
            throughput(awsjob, folder, max(3, arguments.repetitions // 2))
            state, columns = fill(awsjob, folder, arguments.runs)
            answers(awsjob, state, columns, arguments.repetitions)
        return 0 if nothing_lost else 1
    except subprocess.CalledProcessError as error:
        sys.exit(f"history_bench: {error}: {error.stderr}")
    except (BenchmarkError, OSError) as error:
        sys.exit(f"history_bench: {error}")


if __name__ == "__main__":
    sys.exit(main())
