"""The Amazon ECS API, as far as it tells where a task logs."""

import re

from scripted.connection import Request, Response
from scripted.faults import Fault
from scripted.jobs import ACCOUNT
from scripted.protocols import AWSError, JSONProtocol, compact, region
from scripted.shapes import Model, Violation

_MODEL = Model("ecs")
_DEFINITION = re.compile(
    r"(?:arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition/)?([A-Za-z0-9_-]{1,255})(?::(\d+))?"
)


class ECS:
    signing_name = "ecs"
    protocol = JSONProtocol(
        "application/x-amz-json-1.1", "AmazonEC2ContainerServiceV20141113.", namespaces=False
    )

    def __init__(self) -> None:
        self._containers: dict[str, list[dict]] = {}  # by family
        self._actions = {"DescribeTaskDefinition": self._describe}

    def put(self, family: str, script: dict) -> None:
        """Scripts a task definition, as the control has it."""
        if unknown := script.keys() - {"containers"}:
            raise ValueError(f"a task definition has no {', '.join(sorted(unknown))}")
        try:
            _MODEL.check("ContainerDefinitions", script["containers"], "containers")
        except Violation as violation:
            raise ValueError(str(violation)) from violation
        self._containers[family] = script["containers"]

    def standing(self, _: str, __: Request) -> None:
        """No fault lies about task definitions."""

    def answer(self, action: str, request: Request, _: Fault | None) -> Response:
        given = self.protocol.arguments(request, action, self._actions, _MODEL)
        return self.protocol.reply(compact(self._actions[action](given, region(request))))

    def _describe(self, given: dict, where: str) -> dict:
        match = _DEFINITION.fullmatch(given["taskDefinition"])
        containers = self._containers.get(match[1]) if match else None
        if containers is None:
            raise AWSError("ClientException", "Unable to describe task definition.")
        family, revision = match[1], int(match[2] or 1)
        image = f"public.ecr.aws/scripted/{family}:latest"
        always = {"image": image, "cpu": 0, "essential": True, "portMappings": [], "environment": []}
        shown = {
            "taskDefinitionArn": f"arn:aws:ecs:{where}:{ACCOUNT}:task-definition/{family}:{revision}",
            "containerDefinitions": [{**always, **container} for container in containers],
            "family": family,
            "revision": revision,
            "volumes": [],
            "status": "ACTIVE",
            "placementConstraints": [],
            "compatibilities": ["EC2", "FARGATE"],
        }
        return {"taskDefinition": shown, "tags": []}
