"""The Step Functions API: arguments checked, answered and refused as AWS does."""

import base64
import json
import re
import time
import uuid

from scripted.awsjson import CONTENT_TYPE, FRONT_END, VALIDATION, AWSError, reply, service_error, validation_error
from scripted.clock import Clock
from scripted.connection import Request, Response
from scripted.executions import Execution, Run
from scripted.faults import Fault
from scripted.walks import SHORT_SUCCESS, Walk

_MACHINE_ARN = re.compile(r"(arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:([^:/]+))(?::([^:/]+))?")
_MAP_STATE_ARN = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[^:/]+/[^:]+")
_EXECUTION_ARN = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:execution:[^:]+:[^:]+")
_FORBIDDEN_IN_NAMES = re.compile(r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff]')
_LONGEST_INPUT = 262_144
_INCLUDED = {"__type": "com.amazonaws.swf.base.model#CloudWatchEventsExecutionDataDetails", "included": True}


class StepFunctions:
    def __init__(self, clock: Clock):
        self._clock = clock
        self.machines: dict[str, Walk] = {"*": SHORT_SUCCESS}
        self.executions: dict[str, Execution] = {}
        self._created = clock.now()
        self._actions = {
            "StartExecution": self._start,
            "DescribeExecution": self._describe,
            "GetExecutionHistory": self._history,
            "StopExecution": self._stop,
            "RedriveExecution": self._redrive,
            "ListExecutions": self._list,
            "DescribeStateMachine": self._describe_machine,
        }

    def named_in(self, request: Request) -> Execution | None:
        """The execution that a request is about, if there is one."""
        try:
            return self.executions.get(json.loads(request.body)["executionArn"])
        except (ValueError, TypeError, KeyError):
            return None

    def answer(self, action: str, request: Request, fault: Fault | None) -> Response:
        """The reply, or an AWSError. `fault` may be one that lies about the execution."""
        if request.method != "POST" or action not in self._actions or request.header("content-type") != CONTENT_TYPE:
            raise AWSError(FRONT_END + "UnknownOperationException", "")
        try:
            arguments = json.loads(request.body)
        except ValueError:
            raise AWSError("SerializationException", "") from None
        if not isinstance(arguments, dict):
            raise AWSError("SerializationException", "")
        arguments = {name: value for name, value in arguments.items() if value is not None}
        if fault and fault.kind == "not_found":
            raise _no_such_execution(arguments["executionArn"])
        return reply(self._actions[action](arguments, fault.kind if fault else None))

    # Each action takes its arguments and the kind of fault that bends its answer, if any.

    def _start(self, arguments: dict, _: str | None) -> dict:
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
        machine_arn, machine, qualifiers = self._machine(arn)
        if _FORBIDDEN_IN_NAMES.search(name):
            raise service_error("InvalidName", f"Invalid Name: '{name}'")
        try:
            json.loads(text, parse_constant=_no_constant)
        except ValueError as error:
            raise service_error(
                "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
            ) from error

        kind = "execution" if machine.type == "STANDARD" else "express"
        execution_arn = f"{machine_arn.replace(':stateMachine:', f':{kind}:')}:{name}"
        if machine.type == "EXPRESS":
            execution_arn += f":{uuid.uuid4()}"
        execution = self.executions.get(execution_arn)
        if execution is None:
            runs = [Run(machine, time.time())]
            execution = Execution(execution_arn, name, machine_arn, qualifiers, text, self._clock.offset, runs)
            self.executions[execution_arn] = execution
        elif execution.status != "RUNNING" or execution.input != text:
            execution.start_calls += 1
            raise service_error("ExecutionAlreadyExists", f"Execution Already Exists: '{execution_arn}'")
        execution.start_calls += 1
        return {"executionArn": execution_arn, "startDate": execution.start_date}

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
        description |= {"input": execution.input, "inputDetails": _INCLUDED}
        if ending and ending.output is not None and fault != "no_output":
            description |= {"output": ending.output, "outputDetails": _INCLUDED}
        if ending and ending.error is not None:
            description["error"] = ending.error
        if ending and ending.cause is not None:
            description["cause"] = ending.cause
        return description

    def _history(self, arguments: dict, fault: str | None) -> dict:
        execution = self._execution(arguments)
        events = execution.history()[: 1 if fault == "stale" else None]
        backwards = arguments.get("reverseOrder", False)
        if arguments.get("includeExecutionData") is False:
            events = [_without_data(event) for event in events]
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
        _, machine, _ = self._machine(execution.machine_arn)
        return {"redriveDate": execution.redrive(machine, token)}

    def _list(self, arguments: dict, _: str | None) -> dict:
        machine_arn, machine, qualifiers = self._machine(_required(arguments, "stateMachineArn"))
        if machine.type == "EXPRESS":
            message = "This operation is not supported by this type of state machine"
            raise service_error("StateMachineTypeNotSupported", message)
        wanted = arguments.get("statusFilter")
        summaries = [
            execution.summary(execution.ending)
            for execution in self.executions.values()
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
        arn = _required(arguments, "stateMachineArn")
        machine_arn, machine, _ = self._machine(arn)
        definition = {"StartAt": "Work", "States": {"Work": {"Type": "Pass", "End": True}}}
        return {
            "creationDate": round(self._created, 3),
            "definition": json.dumps(definition),
            "loggingConfiguration": {"includeExecutionData": False, "level": "OFF"},
            "name": machine_arn.rpartition(":")[2],
            "roleArn": f"arn:aws:iam::{arn.split(':')[4]}:role/scripted",
            "stateMachineArn": arn,
            "status": "ACTIVE",
            "tracingConfiguration": {"enabled": False},
            "type": machine.type,
        }

    def _machine(self, arn: str) -> tuple[str, Walk, dict[str, str]]:
        """The unqualified ARN, the walk, and what the ARN's alias or version adds to descriptions."""
        match = _MACHINE_ARN.fullmatch(arn)
        if match is None:
            if _MAP_STATE_ARN.fullmatch(arn):
                message = "The provided ARN refers to a Distributed Map state"
                raise AWSError(VALIDATION + "ValidationException", message)
            raise _invalid_arn(arn)
        machine_arn, name, qualifier = match.groups()
        machine = self.machines.get(name)
        if machine is None and name.startswith("any-"):
            machine = self.machines["*"]
        if machine is None:
            raise service_error("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        if qualifier is None:
            return machine_arn, machine, {}
        if qualifier.isdigit():
            return machine_arn, machine, {"stateMachineVersionArn": arn}
        return machine_arn, machine, {"stateMachineAliasArn": arn, "stateMachineVersionArn": f"{machine_arn}:1"}

    def _execution(self, arguments: dict) -> Execution:
        arn = _required(arguments, "executionArn")
        if not _EXECUTION_ARN.fullmatch(arn):
            raise _invalid_arn(arn)
        if arn not in self.executions:
            raise _no_such_execution(arn)
        return self.executions[arn]


def _required(arguments: dict, name: str) -> str:
    value = arguments.get(name)
    if value is None:
        raise validation_error(f"Value null at '{name}' failed to satisfy constraint: Member must not be null")
    return value


def _invalid_arn(arn: str) -> AWSError:
    parts = arn.split(":")
    if parts[0] != "arn" or len(parts) < 6:
        return service_error("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    return service_error("InvalidArn", f"Invalid Arn: 'Resource type not valid in this context: {parts[5]}'")


def _no_such_execution(arn: str) -> AWSError:
    return service_error("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def _no_constant(name: str) -> None:
    """Python reads NaN and Infinity; JSON has neither."""
    raise ValueError(f"Unrecognized token '{name}'")


def _without_data(event: dict) -> dict:
    return {
        name: {key: content for key, content in value.items() if key not in ("input", "output")}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }


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
