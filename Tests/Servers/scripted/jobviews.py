"""Jobs as DescribeJobs and ListJobs show them. Members without a value are left out."""

import time
from collections import Counter

from scripted.jobs import ACCOUNT, Job, Try

_STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")
_ECHOED = ("shareIdentifier", "retryStrategy", "timeout", "tags")


def detail(job: Job) -> dict:
    now = time.time()
    tries = job.tries(now)
    return _present(
        {
            **_common(job, now),
            "jobQueue": job.queue,
            "schedulingPriority": job.request.get("schedulingPriorityOverride"),
            "attempts": [] if job.parts or job.walk.type == "eks" else _attempts(job, tries),
            **{name: job.request.get(name) for name in _ECHOED},
            "dependsOn": job.request.get("dependsOn", []),
            "parameters": job.request.get("parameters", {}),
            "propagateTags": job.request.get("propagateTags", False),
            "platformCapabilities": ["EC2"],
            "isCancelled": job.is_cancelled,
            "isTerminated": job.is_terminated,
            **({} if job.parts else _body(job, tries)),
            **_place(job, now),
        }
    )


def summary(job: Job) -> dict:
    now = time.time()
    tries = [] if job.parts else job.tries(now)
    container = {}
    if tries and job.walk.type == "container":
        container = _present({"exitCode": tries[-1].exit_code, "reason": tries[-1].reason})
    place = _place(job, now)
    node = place.pop("nodeDetails", None) or place.pop("nodeProperties", None)
    if node:
        shown = ("isMainNode", "numNodes", "nodeIndex")
        place["nodeProperties"] = {name: value for name, value in node.items() if name in shown}
    return _present({**_common(job, now), "container": container or None, **place})


def _common(job: Job, now: float) -> dict:
    status, reason = job.state(now)
    ending = job.ending(now)
    if job.is_array:
        begun = [job.submitted + child.walk.attempts[0].started for child in job.parts if child.walk.attempts]
        begun = [at for at in begun if at <= now]
        started = min(begun, default=None)
    else:
        tries = job.tries(now)
        started = tries[-1].started if tries else None
    return {
        "jobArn": job.arn,
        "jobId": job.id,
        "jobName": job.name,
        "jobDefinition": job.definition,
        "status": status,
        "statusReason": reason,
        "createdAt": job.date(job.submitted),
        "startedAt": None if started is None else job.date(started),
        "stoppedAt": job.date(ending.at) if ending else None,
    }


def _place(job: Job, now: float) -> dict:
    """Where the job stands among the parts of another, or what parts it has."""
    if job.is_array:
        counts = Counter(child.state(now)[0] for child in job.parts)
        statuses = {status: counts[status] for status in _STATUSES}
        return {"arrayProperties": {"size": len(job.parts), "statusSummary": statuses}}
    if job.parts:
        ranges = [{"targetNodes": f"0:{len(job.parts) - 1}", "container": _settings(job)}]
        return {"nodeProperties": {"numNodes": len(job.parts), "mainNode": 0, "nodeRangeProperties": ranges}}
    if job.parent and job.parent.is_array:
        return {"arrayProperties": {"index": job.index}}
    if job.parent:
        return {"nodeDetails": {"nodeIndex": job.index, "isMainNode": job.index == 0}}
    return {}


def _attempts(job: Job, tries: list[Try]) -> list[dict]:
    """Those that are over."""
    shown = []
    for attempt in tries:
        if attempt.stopped is None:
            continue
        if job.walk.type == "ecs":
            containers = [_outcome(job, attempt, name) for name in job.walk.containers]
            content = {"taskProperties": [{"taskArn": _task_arn(job, attempt), "containers": containers}]}
        else:
            outcome = _outcome(job, attempt, "default")
            del outcome["name"]
            content = {"container": {**outcome, "taskArn": _task_arn(job, attempt), "networkInterfaces": []}}
        shown.append({**content, **_times(job, attempt)})
    return shown


def _times(job: Job, attempt: Try) -> dict:
    times = {"startedAt": job.date(attempt.started), "stoppedAt": job.date(attempt.stopped)}
    return _present({**times, "statusReason": attempt.status_reason})


def _body(job: Job, tries: list[Try]) -> dict:
    """What runs, and what became of the latest attempt at it."""
    last = tries[-1] if tries else None
    if job.walk.type == "container":
        outcome = _outcome(job, last, "default") if last else {}
        outcome.pop("name", None)
        task = {"taskArn": _task_arn(job, last)} if last else {}
        return {"container": {**_settings(job), **outcome, **task, "networkInterfaces": []}}
    images = {"image": _settings(job)["image"]}
    containers = [
        {"name": name, **images, **(_outcome(job, last, name) if last else {})} for name in job.walk.containers
    ]
    if job.walk.type == "eks":
        place = {"podName": f"aws-batch.{job.tasks[last.number]}", "nodeName": "ip-10-0-0-1.scripted"} if last else {}
        pod = {"podProperties": {"containers": containers, **place}}
        return {"eksProperties": pod, "eksAttempts": _eks_attempts(job, tries)}
    for position, container in enumerate(containers):
        container["essential"] = position == 0
        if job.walk.log_configuration:
            container["logConfiguration"] = job.walk.log_configuration
    task = {"taskArn": _task_arn(job, last)} if last else {}
    return {"ecsProperties": {"taskProperties": [{"containers": containers, **task}]}}


def _eks_attempts(job: Job, tries: list[Try]) -> list[dict]:
    return [
        {
            "containers": [
                {"containerID": f"containerd://{job.tasks[attempt.number]}", **_outcome(job, attempt, name)}
                for name in job.walk.containers
            ],
            "initContainers": [],
            "podName": f"aws-batch.{job.tasks[attempt.number]}",
            "podNamespace": "scripted",
            "nodeName": "ip-10-0-0-1.scripted",
            **_times(job, attempt),
        }
        for attempt in tries
        if attempt.stopped is not None
    ]


def _outcome(job: Job, attempt: Try, container: str) -> dict:
    if container == job.walk.containers[0]:
        exit_code, reason = attempt.exit_code, attempt.reason
    else:
        own = attempt.script.containers.get(container, {"exitCode": 0}) if attempt.stopped is not None else {}
        exit_code, reason = own.get("exitCode"), own.get("reason")
    stream = job.stream_name(attempt.number, container)
    return {
        "name": container,
        **_present({"exitCode": exit_code, "reason": reason, "logStreamName": stream}),
    }


def _settings(job: Job) -> dict:
    """The container as definition and overrides have it."""
    overrides = job.request.get("containerOverrides", {})
    name = job.definition.rpartition("/")[2].rpartition(":")[0]
    return _present(
        {
            "image": f"public.ecr.aws/scripted/{name}:latest",
            "command": overrides.get("command", ["true"]),
            "volumes": [],
            "environment": overrides.get("environment", []),
            "mountPoints": [],
            "ulimits": [],
            "resourceRequirements": overrides.get(
                "resourceRequirements", [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}]
            ),
            "secrets": [],
            "logConfiguration": job.walk.log_configuration,
        }
    )


def _task_arn(job: Job, attempt: Try) -> str:
    return f"arn:aws:ecs:{job.region}:{ACCOUNT}:task/AWSBatch-scripted/{job.tasks[attempt.number]}"


def _present(members: dict) -> dict:
    return {name: value for name, value in members.items() if value is not None}
