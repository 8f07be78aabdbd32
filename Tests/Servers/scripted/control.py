"""The test's side of the server: JSON under /_control/, never signed.

PUT    machines/NAME   an execution's walk, as below; `*` serves every name that begins with any-
POST   faults          a list of faults, added to those pending            DELETE clears them
GET    struck          the access keys whose calls were struck by a fault
GET    calls           what was asked, in order                            DELETE clears it
GET    wait            calls of ?action= once there are ?count=, or after ?timeout= seconds
GET    executions      everything about every execution, Express ones and those inside others too; with ?name= those
                       whose name begins so, without their events
PUT    metadata        any of the settings of metadata.Settings; the others stay
PUT    clock           {"offset": seconds}
POST   reset           back to how the server started

PUT    job-definitions/NAME   a job's walk, as below; `*` serves every name that begins with any-
GET    jobs            everything about every Batch job, oldest first; with ?name= those whose name begins so
PUT    glue-jobs/NAME  a Glue job's walk, as below; `*` serves every name that begins with any-
GET    glue-runs       everything about every Glue run, oldest first; with ?job= those of that job
PUT    task-definitions/NAME   {"containers": [{name, logConfiguration, …}]} of an ECS family, as ECS has them
PUT    log-streams     {"group", "stream", "region", "events", "generate"}: creates a stream or adds to it
GET    log-streams     {group: {stream: [message, …]}} of what has been ingested
PUT    log-limits      {"GetLogEvents", "FilterLogEvents", "DescribeLogStreams": reads per second, "tokenLifetime":
                       seconds, "emptyPages": count}, null for no limit; the others stay

An execution's walk. Times are seconds after the start; every part may be left out:

    type           STANDARD (default) or EXPRESS. An Express execution ends after 300 seconds at the latest.
    events         [{at, type, state, previous, starts, …}]: a type of history event; what AWS has in its details stands
                   beside them ("state" for their name), and is completed with what AWS always sends. Of input, output,
                   parameters and cause, what is no text becomes JSON text.
        previous       previousEventId where it is not the event just before
        starts         {"batch": {definition, queue}}, {"glue": {job}} or {"states": {machine}}, scripted before: begins
                       at that time, and the event's output is the answer ({JobArn, JobId, JobName}, {JobRunId} or
                       {ExecutionArn, StartDate}). When the execution is stopped, so is work whose event has a resource
                       with .sync, and work that has not begun never does.
    end            {at, status, output, error, cause}. Without one a STANDARD execution runs for ever.
    logging        {level, group, includeExecutionData (true)}, for DescribeStateMachine. At level ALL, Express
                   executions log their events to the group, stream states/MACHINE/DATE, in the machine's region.

A Glue job's walk. Times are seconds after StartJobRun; every part may be left out:

    started        0.1: RUNNING from then on
    end            {at, state, message}. Without one the run goes on for ever.
    log            [{at, message, stream, ingested (at)}], stream output (default) or error, to /aws-glue/jobs/output or
                   /aws-glue/jobs/error, in streams named by the run's id
    stopSeconds    from BatchStopJobRun to STOPPED (0.1)
    stoppable      BatchStopJobRun is refused before that many seconds (0), as for a run that has ended

A job's walk. Times are seconds after submission; every part may be left out:

    type           container (default), ecs, eks or multinode
    nodes          of a multinode job, unless nodeOverrides says otherwise; 2
    containers     names for ecs and eks; the first is essential and has the attempt's exit code; ["main"]
    states         [{at, status, reason}] before the end. Left out, the ones before RUNNING are derived from the first
                   attempt's start. RUNNING, and RUNNABLE and STARTING before a retry, always follow from the attempts;
                   a state scripted for the same moment wins over one that follows.
    attempts       [{started, stopped, exitCode, reason, statusReason, containers, log, noStream, streamAppears}]; there
                   is no exit code unless it is given
        containers     {name: {exitCode, reason}} of the others; exit code 0 for one that is not there
        log            [{at, message, ingested, container, count, step}]: `ingested` is when the event can be read
                       (at); `count` repeats it, a number appended, `step` seconds apart (0)
        noStream       Batch names a stream that never exists
        streamAppears  when it exists; `started` unless given. Batch names it from `started` on
    end            {at, status, reason}, status SUCCEEDED or FAILED; the reason is the last attempt's unless given.
                   Without an end the job runs for ever.
    children       {"3": walk, "default": walk} of an array's children, which else walk as the job says
    nodeWalks      {"0": walk} of nodes, which else walk as the job says. The parent's own end is the job's.
    logConfiguration   as Batch has it. With awslogs-region, requests signed for other regions do not find the streams.
    terminateSeconds   from TerminateJob or CancelJob to the end (0.1); the attempt then has exit code 143
    ignoresTerm    seconds until SIGKILL and exit code 137; true is 30

A container logs to /aws/batch/job or what awslogs-group says, in a stream for each attempt: DEFINITION/default/TASK,
for ecs DEFINITION/CONTAINER/TASK, with awslogs-stream-prefix in place of DEFINITION if there is one. eks has none.

An event of a stream is {message, timestamp in ms or at: seconds from now, ingested: seconds from now (0)}. `generate`
is {count, bytes (80), duplicateTimestamps (0), stepMilliseconds (1), timestamp of the first in ms}; by default the last
is now. A stream without a region is found in all of them.
"""

from __future__ import annotations

import dataclasses
import json
import time
import typing
import urllib.parse

from scripted.connection import Request, Response
from scripted.executions import Execution
from scripted.faults import Fault
from scripted.gluejobs import GlueRun, GlueWalk
from scripted.jobs import Job
from scripted.jobwalks import JobWalk

if typing.TYPE_CHECKING:
    from scripted.server import Server


class Control:
    def __init__(self, server: Server):
        self._server = server

    async def answer(self, request: Request) -> Response:
        try:
            return _json(await self._perform(request))
        except LookupError as error:
            return _json({"error": f"no such control or field: {error}"}, 404)
        except (ValueError, TypeError) as error:
            return _json({"error": str(error)}, 400)

    async def _perform(self, request: Request) -> object:
        server = self._server
        body = json.loads(request.body) if request.body else {}
        match request.method, request.path.removeprefix("/_control/").split("/"):
            case "PUT", ["machines", name]:
                server.stepfunctions.script(urllib.parse.unquote(name), body)
            case "POST", ["faults"]:
                server.faults.pending += [Fault(**fault) for fault in body]
            case "DELETE", ["faults"]:
                server.faults.pending.clear()
            case "GET", ["struck"]:
                return sorted(server.faults.struck)
            case "GET", ["calls"]:
                return server.calls.received
            case "DELETE", ["calls"]:
                server.calls.received.clear()
            case "GET", ["wait"]:
                query = request.query
                return await server.calls.wait(query["action"], int(query["count"]), float(query["timeout"]))
            case "GET", ["executions"]:
                name = request.query.get("name")
                executions = server.stepfunctions.executions
                if name is None:
                    return [_shown(execution) for execution in executions]
                return [_shown(execution, False) for execution in executions if execution.name.startswith(name)]
            case "PUT", ["metadata"]:
                server.metadata.settings = dataclasses.replace(server.metadata.settings, **body)
            case "PUT", ["clock"]:
                server.clock.offset = float(body["offset"])
            case "PUT", ["job-definitions", name]:
                server.batch.definitions[urllib.parse.unquote(name)] = JobWalk.parse(body)
            case "GET", ["jobs"]:
                now = time.time()
                name = request.query.get("name", "")
                jobs = [job for job in server.batch.jobs.values() if job.parent is None and job.submitted <= now]
                jobs = [job for job in jobs if job.name.startswith(name)]
                return [self._shown_job(job) for job in sorted(jobs, key=lambda job: job.submitted)]
            case "PUT", ["glue-jobs", name]:
                server.glue.jobs[urllib.parse.unquote(name)] = GlueWalk.parse(body)
            case "GET", ["glue-runs"]:
                now = time.time()
                job = request.query.get("job")
                runs = [run for run in server.glue.runs.values() if run.began <= now and job in (None, run.job)]
                return [_shown_run(run) for run in sorted(runs, key=lambda run: run.began)]
            case "PUT", ["task-definitions", name]:
                server.ecs.put(urllib.parse.unquote(name), body)
            case "PUT", ["log-streams"]:
                server.logs.put(body)
            case "GET", ["log-streams"]:
                groups = server.logs.store.groups
                return {
                    group: {name: stream.messages for name, stream in streams.items()}
                    for group, streams in groups.items()
                }
            case "PUT", ["log-limits"]:
                server.logs.limit(body)
            case "POST", ["reset"]:
                server.reset()
            case _:
                raise LookupError(f"{request.method} {request.path}")
        return {}

    def _shown_job(self, job: Job) -> dict:
        now = time.time()
        status, reason = job.state(now)
        ending = job.ending(now)
        return {
            "jobId": job.id,
            "jobName": job.name,
            "jobQueue": job.queue,
            "jobDefinition": job.definition,
            "status": status,
            "statusReason": reason,
            "hidden": job.hidden,
            "request": job.request,
            "submittedAt": job.date(job.submitted),
            "endedAt": job.date(ending.at) if ending else None,
            "submitCalls": self._server.batch.of_name(job.name),
            "terminateCalls": job.terminate_calls,
            "terminateReason": job.terminate_reason,
            "streams": [
                {
                    "attempt": log.attempt,
                    "container": log.container,
                    "group": log.group,
                    "stream": log.name,
                    "messages": log.stream.messages,
                }
                for log in job.logs
                if log.stream.appears <= now
            ],
            "parts": [self._shown_job(part) for part in job.parts],
        }


def _shown(execution: Execution, with_events: bool = True) -> dict:
    ending = execution.ending
    stopped = execution.runs[-1].stopped
    return {
        "stopDate": None,
        "type": execution.type,
        **execution.summary(ending),
        "input": execution.input,
        "output": ending.output if ending else None,
        "error": ending.error if ending else None,
        "cause": ending.cause if ending else None,
        "startCalls": execution.start_calls,
        "stopCalls": execution.stop_calls,
        "stopError": stopped.error if stopped else None,
        "stopCause": stopped.cause if stopped else None,
        "events": execution.history() if with_events else None,
    }


def _shown_run(run: GlueRun) -> dict:
    now = time.time()
    ending = run.ending(now)
    return {
        "jobRunId": run.id,
        "jobName": run.job,
        "state": run.state(now),
        "message": ending.message if ending else None,
        "startedOn": run.date(run.began),
        "completedOn": run.date(ending.at) if ending else None,
        "hidden": run.hidden,
        "request": run.request,
        "stopCalls": run.stop_calls,
        "streams": {name: stream.messages for name, stream in run.streams.items() if stream.appears <= now},
    }


def _json(value: object, status: int = 200) -> Response:
    return Response(status, json.dumps(value).encode(), "application/json")
