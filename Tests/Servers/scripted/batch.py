"""The AWS Batch API: arguments checked, answered and refused as AWS does."""

import base64
import math
import re
import time
import uuid

from scripted import jobviews, submissions
from scripted.clock import Clock
from scripted.connection import Request, Response
from scripted.faults import Fault
from scripted.jobs import ACCOUNT, Job
from scripted.jobwalks import SHORT_JOB, JobWalk
from scripted.logstore import Store
from scripted.protocols import AWSError, RestJSONProtocol, arguments, compact, region
from scripted.shapes import Model, Violation

_MODEL = Model("batch")
_DEFINITION = re.compile(
    r"(?:arn:aws[a-z-]*:batch:[a-z0-9-]+:\d{12}:job-definition/)?([A-Za-z0-9_-]{1,128})(?::(\d+))?"
)
_LARGEST_PAGE = 100
_LARGEST_REVISION = 1000  # that any job definition has here


class Batch:
    signing_name = "batch"
    protocol = RestJSONProtocol(
        {
            "/v1/submitjob": "SubmitJob",
            "/v1/describejobs": "DescribeJobs",
            "/v1/listjobs": "ListJobs",
            "/v1/terminatejob": "TerminateJob",
            "/v1/canceljob": "CancelJob",
            "/v1/describejobdefinitions": "DescribeJobDefinitions",
        }
    )

    def __init__(self, clock: Clock, store: Store):
        self._clock = clock
        self._store = store
        self.definitions: dict[str, JobWalk] = {"*": SHORT_JOB}
        self.jobs: dict[str, Job] = {}  # by id, children and nodes included
        self._actions = {
            "SubmitJob": self._submit,
            "DescribeJobs": self._describe,
            "ListJobs": self._list,
            "TerminateJob": self._terminate,
            "CancelJob": self._cancel,
            "DescribeJobDefinitions": self._describe_definitions,
        }

    def standing(self, action: str, request: Request) -> str | None:
        """The true status of the first job that a request would show, if it would any."""
        try:
            given = arguments(request)
            if action == "DescribeJobs":
                shown = [self.jobs[identity] for identity in given["jobs"] if identity in self.jobs]
            elif action == "ListJobs":
                shown = self._selected(given, request)
            else:
                return None
        except (AWSError, KeyError, TypeError, AttributeError):
            return None
        return shown[0].state(time.time())[0] if shown else None

    def answer(self, action: str, request: Request, fault: Fault | None) -> Response:
        try:
            given = arguments(request)
            _MODEL.check_input(action, given)
        except Violation as violation:
            raise _refused(str(violation)) from violation
        except AWSError as error:
            raise _refused("Unable to parse the request body") from error
        return self.protocol.reply(compact(self._actions[action](given, request, fault)))

    def of_name(self, name: str) -> int:
        return sum(job.name == name and job.parent is None for job in self.jobs.values())

    def walk(self, definition: str) -> JobWalk:
        """What its jobs do."""
        match = _DEFINITION.fullmatch(definition)
        walk = self.definitions.get(match[1]) if match else None
        if walk is None and match and match[1].startswith("any-"):
            walk = self.definitions["*"]
        if walk is None:
            raise _refused(f"Job definition {definition} not found")
        return walk

    def submit(self, given: dict, where: str, at: float) -> Job:
        """A job of a definition that exists, from a time on that may still have to come."""
        definition, walk = self._definition(given["jobDefinition"], where)
        queue, identity = _queue(given["jobQueue"], where), str(uuid.uuid4())

        def made(suffix: str, walk: JobWalk, parent: Job | None = None, index: int = 0) -> Job:
            job = Job(
                identity + suffix,
                given["jobName"],
                where,
                queue,
                definition,
                walk,
                given,
                at,
                self._clock.offset,
                parent,
                index,
                listed=at,
            )
            self.jobs[job.id] = job
            return job

        job = made("", walk)
        if size := (given.get("arrayProperties") or {}).get("size"):
            default = walk.children.get("default", walk)
            walks = [walk.children.get(str(index), default) for index in range(size)]
            job.parts = [made(f":{index}", child, job, index) for index, child in enumerate(walks)]
        elif walk.type == "multinode":
            count = (given.get("nodeOverrides") or {}).get("numNodes") or walk.nodes
            nodes = [walk.node_walks.get(str(index)) or walk.as_node() for index in range(count)]
            job.parts = [made(f"#{index}", node, job, index) for index, node in enumerate(nodes)]
        for part in job.parts or [job]:
            part.plan(self._store)
        return job

    def forget(self, job: Job) -> None:
        """As if it had never been planned."""
        for part in (job, *job.parts):
            del self.jobs[part.id]
            for log in part.logs:
                log.stream.forget()

    def terminate(self, job: Job, reason: str) -> None:
        """A job that has ended, or is being terminated, stays as it is."""
        if job.ending(time.time()) is None:
            job.terminate_reason = job.terminate_reason or reason
            for part in (job, *job.parts):
                part.is_terminated = part.is_terminated or part.ending(time.time()) is None
            job.end_early(reason)

    # Each action takes its arguments, the request, and the fault that bends what it does, if any.

    def _submit(self, given: dict, request: Request, fault: Fault | None) -> dict:
        walk = self.walk(given["jobDefinition"])
        if problem := submissions.objection(given, len(request.body), walk.type):
            raise _refused(problem)
        job = self.submit(given, region(request), time.time())
        if fault and fault.kind == "hidden":
            job.hidden, job.listed = True, math.inf
        elif fault and fault.kind == "late_visible":
            job.listed = job.submitted + fault.seconds
        return {"jobArn": job.arn, "jobName": job.name, "jobId": job.id}

    def _describe(self, given: dict, _: Request, fault: Fault | None) -> dict:
        identities = given["jobs"]
        if not 1 <= len(identities) <= _LARGEST_PAGE:
            raise _refused(f"jobs must have between 1 and {_LARGEST_PAGE} members, not {len(identities)}")
        if fault and fault.kind == "not_found":
            return {"jobs": []}
        found = [self.jobs[identity] for identity in dict.fromkeys(identities) if identity in self.jobs]
        return {"jobs": [jobviews.detail(job) for job in found if not (job.parent or job).hidden]}

    def _list(self, given: dict, request: Request, fault: Fault | None) -> dict:
        size = given.get("maxResults") or _LARGEST_PAGE
        if not 1 <= size <= _LARGEST_PAGE:
            raise _refused(f"maxResults must be between 1 and {_LARGEST_PAGE}, not {size}")
        jobs = self._selected(given, request)
        if fault and fault.kind == "not_found":
            jobs = []
        if token := given.get("nextToken"):
            try:
                last = base64.b64decode(token, validate=True).decode()
                jobs = jobs[[job.id for job in jobs].index(last) + 1 :]
            except ValueError:
                raise _refused("Invalid nextToken") from None
        page = {"jobSummaryList": [jobviews.summary(job) for job in jobs[:size]]}
        if len(jobs) > size:
            page["nextToken"] = base64.b64encode(jobs[size - 1].id.encode()).decode()
        return page

    def _terminate(self, given: dict, _: Request, __: Fault | None) -> dict:
        job = self._job(given)
        job.terminate_calls += 1
        self.terminate(job, given["reason"])
        return {}

    def _cancel(self, given: dict, _: Request, __: Fault | None) -> dict:
        job = self._job(given)
        if job.state(time.time())[0] in ("SUBMITTED", "PENDING", "RUNNABLE"):
            for part in (job, *job.parts):
                part.is_cancelled = part.is_cancelled or part.ending(time.time()) is None
            job.end_early(given["reason"])
        return {}

    def _describe_definitions(self, given: dict, request: Request, _: Fault | None) -> dict:
        where = region(request)
        names = given.get("jobDefinitions")
        if names is None and given.get("jobDefinitionName"):
            names = [given["jobDefinitionName"]]
        if names is None:
            names = [name for name in self.definitions if name != "*"]
        shown = []
        for name in names if given.get("status") in (None, "ACTIVE") else []:
            try:
                arn, walk = self._definition(name, where)
            except AWSError:
                continue
            shown.append(_described(arn, walk))
        return {"jobDefinitions": shown}

    def _selected(self, given: dict, request: Request) -> list[Job]:
        """What ListJobs lists, newest first, or in order of index."""
        scopes = [name for name in ("jobQueue", "arrayJobId", "multiNodeJobId") if given.get(name)]
        if len(scopes) != 1:
            raise _refused("Exactly one of jobQueue, arrayJobId and multiNodeJobId must be specified")
        now = time.time()
        status = given.get("jobStatus") or "RUNNING"
        if scopes != ["jobQueue"]:
            parent = self.jobs.get(given[scopes[0]])
            parts = parent.parts if parent and parent.listed <= now else []
            if scopes == ["arrayJobId"] and parts and not parent.is_array:
                parts = []
            return [part for part in parts if part.state(now)[0] == status]
        queue = _queue(given["jobQueue"], region(request))
        jobs = [job for job in self.jobs.values() if job.parent is None and job.queue == queue and job.listed <= now]
        jobs.sort(key=lambda job: job.submitted)
        jobs.reverse()
        filters = given.get("filters") or []
        if len(filters) > 1:
            raise _refused("Only one filter can be used at a time")
        if not filters:
            return [job for job in jobs if job.state(now)[0] == status]
        return [job for job in jobs if _passes(job, filters[0])]

    def _definition(self, name: str, where: str) -> tuple[str, JobWalk]:
        """Its ARN with a revision, and what its jobs do."""
        walk, match = self.walk(name), _DEFINITION.fullmatch(name)
        if int(match[2] or 1) > _LARGEST_REVISION:
            raise _refused(f"JobDefinition {name} does not exist")
        return f"arn:aws:batch:{where}:{ACCOUNT}:job-definition/{match[1]}:{match[2] or 1}", walk

    def _job(self, given: dict) -> Job:
        if not 1 <= len(given["reason"]) <= 1024:
            raise _refused("reason must have between 1 and 1024 characters")
        job = self.jobs.get(given["jobId"])
        if job is None:
            raise _refused(f"Job {given['jobId']} not found")
        return job


def _refused(message: str) -> AWSError:
    return AWSError("ClientException", f"Error executing request, Exception : {message}, RequestId: {uuid.uuid4()}")


def _queue(name: str, where: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:batch:{where}:{ACCOUNT}:job-queue/{name}"


def _passes(job: Job, condition: dict) -> bool:
    values = condition.get("values") or []
    match condition.get("name"):
        case "JOB_NAME":
            return any(_matches(job.name, value) for value in values)
        case "JOB_DEFINITION":
            named = job.definition.rpartition("/")[2]
            names = (named, named.rpartition(":")[0], job.definition)
            return any(_matches(name, value) for value in values for name in names)
        case "BEFORE_CREATED_AT":
            return all(job.date(job.submitted) < int(value) for value in values)
        case "AFTER_CREATED_AT":
            return all(job.date(job.submitted) > int(value) for value in values)
    raise _refused(f"Invalid filter name {condition.get('name')}")


def _matches(text: str, pattern: str) -> bool:
    """Letters count for the same in both cases; an asterisk at the end stands for anything."""
    text, pattern = text.lower(), pattern.lower()
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


def _described(arn: str, walk: JobWalk) -> dict:
    name, _, revision = arn.rpartition("/")[2].rpartition(":")
    shown = {
        "jobDefinitionName": name,
        "jobDefinitionArn": arn,
        "revision": int(revision),
        "status": "ACTIVE",
        "type": "multinode" if walk.type == "multinode" else "container",
        "containerOrchestrationType": "EKS" if walk.type == "eks" else "ECS",
        "parameters": {},
        "tags": {},
        "propagateTags": False,
    }
    configuration = {"logConfiguration": walk.log_configuration} if walk.log_configuration else {}
    image = {"image": f"public.ecr.aws/scripted/{name}:latest"}
    containers = [{"name": container, **image} for container in walk.containers]
    match walk.type:
        case "container":
            shown["containerProperties"] = {**image, "command": ["true"], **configuration}
        case "ecs":
            tasks = [{"containers": [{**container, **configuration} for container in containers]}]
            shown["ecsProperties"] = {"taskProperties": tasks}
        case "eks":
            shown["eksProperties"] = {"podProperties": {"containers": containers}}
        case "multinode":
            ranges = [{"targetNodes": f"0:{walk.nodes - 1}", "container": {**image, **configuration}}]
            shown["nodeProperties"] = {"numNodes": walk.nodes, "mainNode": 0, "nodeRangeProperties": ranges}
    return shown
