"""The AWS Glue API: arguments checked, answered and refused as AWS does."""

import base64
import math
import secrets
import time

from scripted.clock import Clock
from scripted.connection import Request, Response
from scripted.faults import Fault
from scripted.gluejobs import LOG_GROUP, SHORT_RUN, GlueRun, GlueWalk
from scripted.logstore import Store
from scripted.protocols import AWSError, JSONProtocol, compact
from scripted.shapes import Model

_MODEL = Model("glue")
_LARGEST_PAGE = 200
_ECHOED = (
    "Arguments",
    "AllocatedCapacity",
    "MaxCapacity",
    "WorkerType",
    "NumberOfWorkers",
    "SecurityConfiguration",
    "NotificationProperty",
    "ExecutionClass",
    "ExecutionRoleSessionPolicy",
    "JobRunQueuingEnabled",
)


class Glue:
    signing_name = "glue"
    protocol = JSONProtocol("application/x-amz-json-1.1", "AWSGlue.", namespaces=False, message="Message")

    def __init__(self, clock: Clock, store: Store):
        self._clock = clock
        self._store = store
        self.jobs: dict[str, GlueWalk] = {"*": SHORT_RUN}
        self.runs: dict[str, GlueRun] = {}
        self._actions = {
            "StartJobRun": self._start,
            "GetJobRun": self._get,
            "GetJobRuns": self._list,
            "BatchStopJobRun": self._stop,
        }

    def standing(self, _: str, __: Request) -> None:
        """No fault lies about runs."""

    def answer(self, action: str, request: Request, fault: Fault | None) -> Response:
        given = self.protocol.arguments(request, action, self._actions, _MODEL)
        return self.protocol.reply(compact(self._actions[action](given, fault)))

    def walk(self, job: str) -> GlueWalk | None:
        return self.jobs.get(job) or (self.jobs["*"] if job.startswith("any-") else None)

    def start(self, given: dict, at: float) -> GlueRun:
        """A run of a job that exists, from a time on that may still have to come."""
        walk, identity = self.walk(given["JobName"]), f"jr_{secrets.token_hex(32)}"
        run = GlueRun(identity, given["JobName"], walk, given, at, self._clock.offset, listed=at)
        run.plan(self._store)
        self.runs[run.id] = run
        return run

    def forget(self, run: GlueRun) -> None:
        """As if it had never been planned."""
        del self.runs[run.id]
        for stream in run.streams.values():
            stream.forget()

    # Each action takes its arguments, and the fault that bends what it does, if any.

    def _start(self, given: dict, fault: Fault | None) -> dict:
        self._check_job(given)
        if previous := given.get("JobRunId"):
            self._run(given["JobName"], previous)
        run = self.start(given, time.time())
        if fault and fault.kind == "hidden":
            run.hidden, run.listed = True, math.inf
        elif fault and fault.kind == "late_visible":
            run.listed = run.began + fault.seconds
        return {"JobRunId": run.id}

    def _get(self, given: dict, _: Fault | None) -> dict:
        self._check_job(given)
        return {"JobRun": _shown(self._run(given["JobName"], given["RunId"]))}

    def _list(self, given: dict, _: Fault | None) -> dict:
        self._check_job(given)
        now, size = time.time(), given.get("MaxResults", _LARGEST_PAGE)
        runs = [run for run in self.runs.values() if run.job == given["JobName"] and run.listed <= now]
        runs.sort(key=lambda run: run.began)
        runs.reverse()
        if token := given.get("NextToken"):
            try:
                last = base64.b64decode(token, validate=True).decode()
                runs = runs[[run.id for run in runs].index(last) + 1 :]
            except ValueError:
                raise AWSError("InvalidInputException", "Invalid NextToken") from None
        page = {"JobRuns": [_shown(run) for run in runs[:size]]}
        if len(runs) > size:
            page["NextToken"] = base64.b64encode(runs[size - 1].id.encode()).decode()
        return page

    def _stop(self, given: dict, _: Fault | None) -> dict:
        stopped, errors = [], []
        for identity in given["JobRunIds"]:
            named = {"JobName": given["JobName"], "JobRunId": identity}
            try:
                self._stop_one(given["JobName"], identity)
                stopped.append(named)
            except AWSError as error:
                errors.append({**named, "ErrorDetail": {"ErrorCode": error.code, "ErrorMessage": error.message}})
        return {"SuccessfulSubmissions": stopped, "Errors": errors}

    def _stop_one(self, job: str, identity: str) -> None:
        run = self._run(job, identity)
        run.stop_calls += 1
        now = time.time()
        if run.ending(now) or now < run.began + run.walk.stoppable:
            raise AWSError("InvalidInputException", f"Job Run {identity} is in state {run.state(now)}")
        run.stop()

    def _check_job(self, given: dict) -> None:
        if self.walk(given["JobName"]) is None:
            raise AWSError("EntityNotFoundException", f"Job with name: {given['JobName']} not found.")

    def _run(self, job: str, identity: str) -> GlueRun:
        run = self.runs.get(identity)
        if run is None or run.job != job or run.hidden:
            raise AWSError("EntityNotFoundException", f"Job Run {identity} for job {job} not found.")
        return run


def _shown(run: GlueRun) -> dict:
    now = time.time()
    ending = run.ending(now)
    shown = {
        "Id": run.id,
        "Attempt": 0,
        "PreviousRunId": run.request.get("JobRunId"),
        "JobName": run.job,
        "StartedOn": run.date(run.began),
        "LastModifiedOn": run.date(ending.at if ending else now),
        "CompletedOn": run.date(ending.at) if ending else None,
        "JobRunState": run.state(now),
        "ErrorMessage": ending.message if ending else None,
        "PredecessorRuns": [],
        **{name: run.request.get(name) for name in _ECHOED},
        "ExecutionTime": max(0, int((ending.at if ending else now) - run.began - run.walk.started)),
        "Timeout": run.request.get("Timeout", 2880),
        "LogGroupName": LOG_GROUP,
        "GlueVersion": "5.0",
    }
    return {name: value for name, value in shown.items() if value is not None}
