"""State machines: scripted under a name, found and described by ARN."""

import json
import re

from scripted.awsjson import service_error
from scripted.protocols import VALIDATION, AWSError
from scripted.walks import SHORT_SUCCESS, Logging, Walk

_MACHINE_ARN = re.compile(r"(arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:([^:/]+))(?::([^:/]+))?")
_MAP_STATE_ARN = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[^:/]+/[^:]+")


class Machines:
    def __init__(self, created: float):
        self.walks: dict[str, Walk] = {"*": SHORT_SUCCESS}
        self._created = created

    def walk(self, name: str) -> Walk | None:
        return self.walks.get(name) or (self.walks["*"] if name.startswith("any-") else None)

    def find(self, arn: str) -> tuple[str, Walk, dict[str, str]]:
        """The unqualified ARN, the walk, and what the ARN's alias or version adds to descriptions."""
        match = _MACHINE_ARN.fullmatch(arn)
        if match is None:
            if _MAP_STATE_ARN.fullmatch(arn):
                message = "The provided ARN refers to a Distributed Map state"
                raise AWSError(VALIDATION + "ValidationException", message)
            raise invalid_arn(arn)
        machine_arn, name, qualifier = match.groups()
        machine = self.walk(name)
        if machine is None:
            raise service_error("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        if qualifier is None:
            return machine_arn, machine, {}
        if qualifier.isdigit():
            return machine_arn, machine, {"stateMachineVersionArn": arn}
        return machine_arn, machine, {"stateMachineAliasArn": arn, "stateMachineVersionArn": f"{machine_arn}:1"}

    def describe(self, arn: str) -> dict:
        machine_arn, machine, _ = self.find(arn)
        definition = {"StartAt": "Work", "States": {"Work": {"Type": "Pass", "End": True}}}
        return {
            "creationDate": round(self._created, 3),
            "definition": json.dumps(definition),
            "loggingConfiguration": _configuration(machine.logging, machine_arn),
            "name": machine_arn.rpartition(":")[2],
            "roleArn": f"arn:aws:iam::{arn.split(':')[4]}:role/scripted",
            "stateMachineArn": arn,
            "status": "ACTIVE",
            "tracingConfiguration": {"enabled": False},
            "type": machine.type,
        }


def invalid_arn(arn: str) -> AWSError:
    parts = arn.split(":")
    if parts[0] != "arn" or len(parts) < 6:
        return service_error("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    return service_error("InvalidArn", f"Invalid Arn: 'Resource type not valid in this context: {parts[5]}'")


def _configuration(logging: Logging, machine_arn: str) -> dict:
    if logging.level == "OFF":
        return {"includeExecutionData": False, "level": "OFF"}
    _, partition, _, where, account, *_ = machine_arn.split(":")
    group = f"arn:{partition}:logs:{where}:{account}:log-group:{logging.group}:*"
    return {
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        "includeExecutionData": logging.includes_data,
        "level": logging.level,
    }
