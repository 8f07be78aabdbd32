"""The Step Functions API: arguments checked, answered and refused as AWS does."""

import asyncio
import base64
import json
import math
import re
import time
import uuid
from collections.abc import Awaitable

from scripted import executionlogs
from scripted.awsjson import PROTOCOL, reply, service_error, validation_error
from scripted.batch import Batch
from scripted.clock import Clock
from scripted.connection import Request, Response
from scripted.executions import Ending, Execution, Run, without_data
from scripted.faults import Fault
from scripted.glue import Glue
from scripted.innerwork import InnerWork
from scripted.logstore import Store
from scripted.machines import Machines, invalid_arn
from scripted.protocols import FRONT_END, AWSError, arguments
from scripted.walks import Walk

_EXECUTION_ARN = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:execution:[^:]+:[^:]+")
_FORBIDDEN_IN_NAMES = re.compile(r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff]')
_LONGEST_INPUT = 262_144
_MEMORY = 64  # megabytes that an Express execution is billed for at least
_INCLUDED = {"__type": "com.amazonaws.swf.base.model#CloudWatchEventsExecutionDataDetails", "included": True}


class StepFunctions:
    signing_name = "states"
    protocol = PROTOCOL

    def __init__(self, clock: Clock, store: Store, batch: Batch, glue: Glue):
        self._clock = clock
        self._store = store
        self._inner_work = InnerWork(batch, glue, self)
        self.machines = Machines(clock.now())
        self._executions: dict[str, Execution] = {}  # those that are still to begin included
        self._actions = {
            "StartExecution": self._start,
            "StartSyncExecution": self._start_sync,
            "DescribeExecution": self._describe,
            "GetExecutionHistory": self._history,
            "StopExecution": self._stop,
            "RedriveExecution": self._redrive,
            "ListExecutions": self._list,
            "DescribeStateMachine": self._describe_machine,
        }

    @property
    def executions(self) -> list[Execution]:
        """Oldest first."""
        now = time.time()
        begun = [execution for execution in self._executions.values() if execution.runs[0].began <= now]
        return sorted(begun, key=lambda execution: execution.runs[0].began)

    def script(self, name: str, script: dict) -> None:
        """Scripts a state machine, as the control has it."""
        walk = Walk.parse(script)
        self._inner_work.check(name, walk)
        self.machines.walks[name] = walk
        if walk.logging.group:
            self._store.create_group(walk.logging.group)

    def begin_inner(self, machine_arn: str, at: float) -> Execution:
        """An execution of a machine that exists, from a time on that may still have to come."""
        return self._begin(machine_arn, str(uuid.uuid4()), "{}", at)

    def forget(self, execution: Execution) -> None:
        """As if it had never been planned."""
        del self._executions[execution.arn]
        for work in execution.runs[0].work.values():
            work.forget()

    def standing(self, _: str, request: Request) -> str | None:
        """The true status of the execution that a request is about, if there is one."""
        try:
            execution = self._executions[json.loads(request.body)["executionArn"]]
            return execution.status if execution.type == "STANDARD" else None
        except (ValueError, TypeError, KeyError):
            return None

    def answer(self, action: str, request: Request, fault: Fault | None) -> Response | Awaitable[Response]:
        """The reply, now or when there is one, or an AWSError. `fault` may be one that lies about the execution."""
        content_type = request.header("content-type")
        if request.method != "POST" or action not in self._actions or content_type != PROTOCOL.content_type:
            raise AWSError(FRONT_END + "UnknownOperationException", "")
        given = arguments(request)
        if fault and fault.kind == "not_found":
            raise _no_such_execution(given["executionArn"])
        answered = self._actions[action](given, fault.kind if fault else None)
        return self._finished(answered, given) if isinstance(answered, Execution) else reply(answered)

    async def _finished(self, execution: Execution, arguments: dict) -> Response:
        """What StartSyncExecution answers, when there is an end."""
        ending = execution.runs[0].ending(math.inf)
        await asyncio.sleep(max(0.0, ending.at - time.time()))
        began, ended = execution.start_date, execution.date(ending.at)
        billed = math.ceil(round((ended - began) * 1000) / 100) * 100
        answer = {
            "billingDetails": {"billedDurationInMilliseconds": billed, "billedMemoryUsedInMB": _MEMORY},
            "executionArn": execution.arn,
            "name": execution.name,
            "startDate": began,
            "stateMachineArn": execution.machine_arn,
            "status": ending.status,
            "stopDate": ended,
        }
        if "traceHeader" in arguments:
            answer["traceHeader"] = arguments["traceHeader"]
        if arguments.get("includedData") == "METADATA_ONLY":
            return reply(answer)
        return reply({**answer, **_data(execution, ending)})

    # Each action takes its arguments and the kind of fault that bends its answer, if any.

    def _start(self, arguments: dict, _: str | None) -> dict:
        arn, name, text = self._checked(arguments)
        machine_arn, machine, _ = self.machines.find(arn)
        execution = None
        if machine.type == "STANDARD":
            execution = self._executions.get(_execution_arn(machine_arn, name))
        if execution is None:
            execution = self._begin(arn, name, text, time.time())
        elif execution.status != "RUNNING" or execution.input != text:
            execution.start_calls += 1
            message = f"Execution Already Exists: '{execution.arn}'"
            raise service_error("ExecutionAlreadyExists", message)
        execution.start_calls += 1
        return {"executionArn": execution.arn, "startDate": execution.start_date}

    def _start_sync(self, arguments: dict, _: str | None) -> Execution:
        """What is still to be answered."""
        arn, name, text = self._checked(arguments)
        _, machine, _ = self.machines.find(arn)
        if machine.type != "EXPRESS":
            raise _type_not_supported()
        execution = self._begin(arn, name, text, time.time())
        execution.start_calls += 1
        return execution

    def _checked(self, arguments: dict) -> tuple[str, str, str]:
        """The machine's ARN, the name and the input of an execution that can be started so."""
        arn = _required(arguments, "stateMachineArn")
        name = arguments.get("name", str(uuid.uuid4()))
        text = arguments.get("input", "{}")
        if not 1 <= len(name) <= 80:
            limit = "less than or equal to 80" if name else "greater than or equal to 1"
            constraint = f"Member must have length {limit}"
            raise validation_error(f"Value '{name}' at 'name' failed to satisfy constraint: {constraint}")
        if len(text.encode("utf-8", errors="replace")) > _LONGEST_INPUT:
            constraint = f"Member must have size less than or equal to {_LONGEST_INPUT} bytes in UTF-8 encoding"
            raise validation_error(f"Value at 'input' failed to satisfy constraint: {constraint}")
        self.machines.find(arn)
        if _FORBIDDEN_IN_NAMES.search(name):
            raise service_error("InvalidName", f"Invalid Name: '{name}'")
        try:
            json.loads(text, parse_constant=_no_constant)
        except ValueError as error:
            message = f"Invalid State Machine Execution Input: '{error}'"
            raise service_error("InvalidExecutionInput", message) from error
        return arn, name, text

    def _describe(self, arguments: dict, fault: str | None) -> dict:
        execution = self._execution(arguments)
        ending = None if fault == "stale" else execution.ending
        description = execution.summary(ending)
        if ending and ending.is_redrivable:
            description["redriveStatus"] = "REDRIVABLE"
        else:
            description["redriveStatus"] = "NOT_REDRIVABLE"
            description["redriveStatusReason"] = f"Execution is {description['status']} and cannot be redriven"
        if arguments.get("includedData") == "METADATA_ONLY":
            return description
        data = _data(execution, ending)
        if fault == "no_output":
            data = {name: value for name, value in data.items() if not name.startswith("output")}
        return {**description, **data}

    def _history(self, arguments: dict, fault: str | None) -> dict:
        execution = self._execution(arguments)
        events = execution.history()[: 1 if fault == "stale" else None]
        backwards = arguments.get("reverseOrder", False)
        if arguments.get("includeExecutionData") is False:
            events = [without_data(event) for event in events]
        keyed = [([-event["id"] if backwards else event["id"]], event) for event in events]
        return _page("events", sorted(keyed, key=lambda pair: pair[0]), arguments, [execution.arn, backwards])

    def _stop(self, arguments: dict, _: str | None) -> dict:
        execution = self._execution(arguments)
        error, cause = arguments.get("error"), arguments.get("cause")
        for name, value, longest in (("error", error, 256), ("cause", cause, 32_768)):
            if len(value or "") > longest:
                constraint = f"Member must have length less than or equal to {longest}"
                raise validation_error(f"Value at '{name}' failed to satisfy constraint: {constraint}")
        return {"stopDate": execution.stop(error, cause)}

    def _redrive(self, arguments: dict, _: str | None) -> dict:
        execution = self._execution(arguments)
        token = arguments.get("clientToken")
        ending = execution.ending
        if token not in execution.redrives and not (ending and ending.is_redrivable):
            status = ending.status if ending else "RUNNING"
            raise service_error("ExecutionNotRedrivable", f"Execution is {status} and cannot be redriven")
        _, machine, _ = self.machines.find(execution.machine_arn)
        date = execution.redrive(lambda: self._run(machine, time.time(), execution.machine_arn), token)
        return {"redriveDate": date}

    def _list(self, arguments: dict, _: str | None) -> dict:
        machine_arn, machine, qualifiers = self.machines.find(_required(arguments, "stateMachineArn"))
        if machine.type == "EXPRESS":
            raise _type_not_supported()
        wanted = arguments.get("statusFilter")
        summaries = [
            execution.summary(execution.ending)
            for execution in self.executions
            if execution.machine_arn == machine_arn and qualifiers.items() <= execution.qualifiers.items()
        ]
        keyed = [
            ([-summary["startDate"], summary["executionArn"]], summary)
            for summary in summaries
            if wanted in (None, summary["status"])
        ]
        listing = [arguments["stateMachineArn"], wanted]
        return _page("executions", sorted(keyed, key=lambda pair: pair[0]), arguments, listing)

    def _describe_machine(self, arguments: dict, _: str | None) -> dict:
        return self.machines.describe(_required(arguments, "stateMachineArn"))

    def _execution(self, arguments: dict) -> Execution:
        arn = _required(arguments, "executionArn")
        if not _EXECUTION_ARN.fullmatch(arn):
            raise invalid_arn(arn)
        if arn not in self._executions:
            raise _no_such_execution(arn)
        return self._executions[arn]

    def _begin(self, arn: str, name: str, text: str, at: float) -> Execution:
        """A new execution, with all that it will start and log."""
        machine_arn, machine, qualifiers = self.machines.find(arn)
        identity = _execution_arn(machine_arn, name)
        if machine.type == "EXPRESS":
            identity = f"{identity.replace(':execution:', ':express:')}:{uuid.uuid4()}"
        runs = [self._run(machine, at, machine_arn)]
        execution = Execution(identity, name, machine_arn, qualifiers, text, self._clock.offset, runs)
        self._executions[identity] = execution
        if machine.type == "EXPRESS":
            executionlogs.plan(execution, machine.logging, self._store)
        return execution

    def _run(self, walk: Walk, began: float, machine_arn: str) -> Run:
        last = walk.end.at if walk.end else math.inf
        return Run(
            walk,
            began,
            {
                index: self._inner_work.plan(event, began, machine_arn)
                for index, event in enumerate(walk.events)
                if event.starts and event.at <= last
            },
        )


def _required(arguments: dict, name: str) -> str:
    value = arguments.get(name)
    if value is None:
        raise validation_error(f"Value null at '{name}' failed to satisfy constraint: Member must not be null")
    return value


def _execution_arn(machine_arn: str, name: str) -> str:
    return f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


def _data(execution: Execution, ending: Ending | None) -> dict:
    """What an execution works on, and what has become of it."""
    data = {"input": execution.input, "inputDetails": _INCLUDED}
    if ending and ending.output is not None:
        data |= {"output": ending.output, "outputDetails": _INCLUDED}
    if ending and ending.error is not None:
        data["error"] = ending.error
    if ending and ending.cause is not None:
        data["cause"] = ending.cause
    return data


def _type_not_supported() -> AWSError:
    message = "This operation is not supported by this type of state machine"
    return service_error("StateMachineTypeNotSupported", message)


def _no_such_execution(arn: str) -> AWSError:
    return service_error("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def _no_constant(name: str) -> None:
    """Python reads NaN and Infinity; JSON has neither."""
    raise ValueError(f"Unrecognized token '{name}'")


def _page(member: str, keyed: list[tuple[list, dict]], arguments: dict, listing: list) -> dict:
    """One page of (key, item) pairs in ascending order of key. A token names the listing and the last key seen, so
    that what is added meanwhile moves nothing."""
    size = arguments.get("maxResults") or 100
    if size > 1000:
        constraint = "Member must have value less than or equal to 1000"
        raise validation_error(f"Value '{size}' at 'maxResults' failed to satisfy constraint: {constraint}")
    if token := arguments.get("nextToken"):
        try:
            of, last = json.loads(base64.b64decode(token, validate=True))
        except ValueError:
            of, last = None, None
        if of != listing:
            raise service_error("InvalidToken", "Invalid Token: 'Unable to read the token'")
        keyed = [(key, item) for key, item in keyed if key > last]
    page = {member: [item for _, item in keyed[:size]]}
    if len(keyed) > size:
        page["nextToken"] = base64.b64encode(json.dumps([listing, keyed[size - 1][0]]).encode()).decode()
    return page
