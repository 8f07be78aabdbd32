"""Work that an execution's tasks start in Batch, Glue or Step Functions itself. It is planned with the execution, and
begins when its event's time comes."""

from __future__ import annotations

import time
import typing
from collections.abc import Callable
from dataclasses import dataclass

from scripted.batch import Batch
from scripted.glue import Glue
from scripted.logstore import milliseconds
from scripted.protocols import AWSError
from scripted.walks import Event, Walk

if typing.TYPE_CHECKING:
    from scripted.stepfunctions import StepFunctions


@dataclass(frozen=True)
class Work:
    output: dict  # what the service answered, as the event has it
    begins: float
    is_awaited: bool  # the task ends with it
    stop: Callable[[], None]
    forget: Callable[[], None]

    def withdraw(self) -> None:
        """Its execution is stopped: so is what a task waits for, and what has not begun never does."""
        if self.begins > time.time():
            self.forget()
        elif self.is_awaited:
            self.stop()


class InnerWork:
    def __init__(self, batch: Batch, glue: Glue, stepfunctions: StepFunctions):
        self._batch = batch
        self._glue = glue
        self._stepfunctions = stepfunctions

    def check(self, name: str, walk: Walk) -> None:
        """A ValueError unless everything that a machine of that name would start is scripted."""
        for event in walk.events:
            match event.starts:
                case ("batch", {"definition": definition}):
                    try:
                        self._batch.walk(definition)
                    except AWSError as error:
                        raise ValueError(f"no such job definition: {definition}") from error
                case ("glue", {"job": job}):
                    if self._glue.walk(job) is None:
                        raise ValueError(f"no such Glue job: {job}")
                case ("states", {"machine": machine}):
                    inner = self._stepfunctions.machines.walk(machine)
                    if inner is None:
                        raise ValueError(f"no such machine: {machine}")
                    if machine == name or (name == "*" and machine not in self._stepfunctions.machines.walks):
                        raise ValueError(f"a machine inside itself: {machine}")
                    if inner.type == "EXPRESS":
                        raise ValueError(f"only STANDARD machines run inside others: {machine}")
                    self.check(name, inner)

    def plan(self, event: Event, began: float, machine_arn: str) -> Work:
        """What that event of an execution starts."""
        at = began + event.at
        where = machine_arn.split(":")[3]
        service, content = event.starts
        if service == "batch":
            output, stop, forget = self._job(content, at, where)
        elif service == "glue":
            output, stop, forget = self._glue_run(content, at)
        else:
            output, stop, forget = self._execution(content, at, machine_arn)
        return Work(output, at, event.is_awaited, stop, forget)

    def _job(self, content: dict, at: float, where: str) -> tuple:
        definition = content["definition"]
        job = self._batch.submit(
            {"jobName": definition, "jobQueue": content["queue"], "jobDefinition": definition}, where, at
        )
        return (
            {"JobArn": job.arn, "JobId": job.id, "JobName": job.name},
            lambda: self._batch.terminate(job, "The execution that it belongs to was stopped"),
            lambda: self._batch.forget(job),
        )

    def _glue_run(self, content: dict, at: float) -> tuple:
        run = self._glue.start({"JobName": content["job"]}, at)
        return {"JobRunId": run.id}, run.stop, lambda: self._glue.forget(run)

    def _execution(self, content: dict, at: float, machine_arn: str) -> tuple:
        arn = f"{machine_arn.rpartition(':')[0]}:{content['machine']}"
        execution = self._stepfunctions.begin_inner(arn, at)
        return (
            {"ExecutionArn": execution.arn, "StartDate": milliseconds(execution.start_date)},
            lambda: execution.abort(None, None),
            lambda: self._stepfunctions.forget(execution),
        )
