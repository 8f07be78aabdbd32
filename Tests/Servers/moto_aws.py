"""Serves Step Functions, Batch, Glue, ECS, CloudWatch Logs, DynamoDB, Secrets Manager, IAM and STS on 127.0.0.1 with moto,
closely enough to AWS for the tests and the demo.

Executions really run, Batch jobs succeed at once without running anything, every signature is verified with botocore,
and the caller's keys (temporary keys of an assumed role) allow what the given policy files allow and nothing else.
Prints one line of JSON on standard output when ready:

    {"endpoint": URL, "region": ..., "access_key": ..., "secret_key": ..., "session_token": ...,
     "machines": {NAME: state machine ARN}, "job_queue": ..., "job_definition": ..., "glue_job": ...,
     "user": {"access_key": ..., "secret_key": ...}, "roles": {NAME: ARN}}

The user may only assume the roles: `awsjob`, which the policy file is for, and `hop`, which may only assume `awsjob`.
It serves until standard input ends, so it never outlives its caller.
"""

import argparse
import copy
import json
import logging
import os
import sys
import threading
import urllib.request
from pathlib import Path

# Neither the caller's profiles and keys nor a proxy have a say in what happens between here and 127.0.0.1.
# Cleared before the imports: moto makes boto3 clients of its own while they run.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["no_proxy"] = "127.0.0.1"

import boto3
from botocore.session import Session
from moto.batch.responses import BatchResponse
from moto.batch_simple.models import BatchSimpleBackend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.config import default_user_config
from moto.core.utils import camelcase_to_underscores, unix_time_millis
from moto.dynamodb.responses import DynamoHandler
from moto.glue.responses import GlueResponse
from moto.iam.access_control import IAMRequest
from moto.logs.responses import LogsResponse
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.server import ThreadedMotoServer
from moto.stepfunctions.models import StateMachineInstance
from moto.stepfunctions.responses import StepFunctionResponse
from moto.sts.responses import TokenResponse

REGION = "us-east-1"
JOB_QUEUE = "payroll-queue"
JOB_DEFINITION = "payroll-job"
GLUE_JOB = "payroll-etl"

# Off by default: executions would stay RUNNING for ever, with a canned history.
default_user_config["stepfunctions"]["execute_state_machine"] = True
# On by default: each Batch job would be a container of a Docker that is not here.
default_user_config["batch"]["use_docker"] = False


def share_executions(machine, memo):
    """Lets a server run more than one execution.

    moto 5.2.1 gives each execution a deep copy of its state machine (StepFunctionsParserBackend.start_execution), so
    that a later UpdateStateMachine does not reach it. The machine refers to its backend and thereby to every earlier
    execution on any machine, whose threads and locks cannot be copied ("cannot pickle '_thread.RLock' object").
    UpdateStateMachine only replaces attributes, so a shallow copy protects the execution just as well.
    """
    return copy.copy(machine)


StateMachineInstance.__deepcopy__ = share_executions


def resource_of_request(response):
    """The ARN that a policy's Resource must cover for this Step Functions request.

    moto 5.2.1 asks the policy about the resource "*" unless the service tells it more, which a policy that names
    its state machines never allows.
    """
    for parameter in ("executionArn", "stateMachineArn"):
        if arn := response._get_param(parameter):
            return arn
    return "*"


StepFunctionResponse._determine_resource = resource_of_request


def name_batch_actions_as_policies_do():
    """Lets a policy allow Batch actions at all.

    moto 5.2.1 takes a Batch action's name from the request's path, and compares "batch:submitjob" with the policy's
    "batch:SubmitJob" as they stand; AWS counts capitals for nothing. Here the action has its own name, and the method
    that answers it is found under that name too.
    """
    model = Session().get_service_model("batch")
    names = {model.operation_model(name).http["requestUri"].rpartition("/")[2]: name for name in model.operation_names}
    path_of = BatchResponse._get_action
    BatchResponse._get_action = lambda response: names.get(path_of(response), path_of(response))
    for path, name in names.items():
        if method := getattr(BatchResponse, path, None):
            setattr(BatchResponse, camelcase_to_underscores(name), method)


def resource_of_batch_request(response):
    """As for Step Functions. SubmitJob needs the definition and the queue in AWS; moto has room for one. Nor does it ask
    for TagResource when a job is submitted with tags.
    """
    if definition := response._get_param("jobDefinition"):
        return batch_arn("job-definition", definition)
    if job := response._get_param("jobId"):
        return batch_arn("job", job)
    return "*"


def batch_arn(kind, name):
    return name if name.startswith("arn:") else f"arn:aws:batch:{REGION}:{DEFAULT_ACCOUNT_ID}:{kind}/{name}"


def resource_of_log_request(response):
    """As for Step Functions."""
    if group := response._get_param("logGroupName"):
        return f"arn:aws:logs:{REGION}:{DEFAULT_ACCOUNT_ID}:log-group:{group}"
    return "*"


def resource_of_secret_request(response):
    """As for Step Functions. AWS appends a dash and six characters to the name of a secret."""
    if id := response._get_param("SecretId"):
        return id if id.startswith("arn:") else f"arn:aws:secretsmanager:{REGION}:{DEFAULT_ACCOUNT_ID}:secret:{id}-a1b2c3"
    return "*"


def resource_of_table_request(response):
    """As for Step Functions. Tables of one name are one table in all requests of awsjob."""
    tables = [response.body["TableName"]] if "TableName" in response.body else list(response.body.get("RequestItems", ["*"]))
    return f"arn:aws:dynamodb:{REGION}:{DEFAULT_ACCOUNT_ID}:table/{tables[0]}"


def resource_of_glue_request(response):
    """As for Step Functions. moto has no BatchStopJobRun."""
    if job := response._get_param("JobName"):
        return f"arn:aws:glue:{REGION}:{DEFAULT_ACCOUNT_ID}:job/{job}"
    return "*"


def check_unless_web_identity(response, resource):
    """moto 5.2.1 wants a signature under AssumeRoleWithWebIdentity, which in AWS has none: the token says who asks."""
    if response._get_action() != "AssumeRoleWithWebIdentity":
        check_signature_and_policy(response, resource)


check_signature_and_policy = TokenResponse._authenticate_and_authorize_normal_action
TokenResponse._authenticate_and_authorize_normal_action = check_unless_web_identity
SecretsManagerResponse._determine_resource = resource_of_secret_request
name_batch_actions_as_policies_do()
DynamoHandler._determine_resource = resource_of_table_request
GlueResponse._determine_resource = resource_of_glue_request
BatchResponse._determine_resource = resource_of_batch_request
LogsResponse._determine_resource = resource_of_log_request


def log_what_ran(backend, include_start_attempt, job):
    """Has a job log one line before it ends.

    moto 5.2.1 names a log stream of each job, but nothing writes to it as nothing runs. Its jobs have no exit code either,
    are never seen RUNNING, and do not end when they are terminated: the rest is for Tests/Servers/scripted_aws.py.
    """
    logs, group, stream = job._log_backend, job._log_group, job._stream_name
    logs.ensure_log_group(group)
    logs.ensure_log_stream(group, stream)
    logs.put_log_events(group, stream, [{"timestamp": int(unix_time_millis()), "message": f"{job.job_name} was here"}])
    mark_job_as_finished(backend, include_start_attempt, job)


mark_job_as_finished = BatchSimpleBackend._mark_job_as_finished
BatchSimpleBackend._mark_job_as_finished = log_what_ran


def serialise_table_writes():
    """DynamoDB takes the writes of an item one after the other, so that of two conditional ones only one succeeds. moto 5.2.1
    answers each request on a thread of its own and keeps nothing from coming between condition and write.
    """
    update, turn = DynamoHandler.update_item, threading.Lock()

    def in_turn(response):
        with turn:
            return update(response)

    DynamoHandler.update_item = in_turn


serialise_table_writes()


def note_accepted(file):
    """Adds the action of each call whose signature and policy are right to `file`, one a line."""
    check = IAMRequest.check_action_permitted

    def checked(request, resource):
        check(request, resource)
        with file.open("a") as log:
            print(request._action, file=log)

    IAMRequest.check_action_permitted = checked


def policy_document(effect):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **effect}]})


def trust(*principals):
    """moto 5.2.1 compares the caller with these letter by letter: where AWS would be told a role, moto has to be told its
    session.
    """
    return policy_document({"Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"})


def create_people(iam, policies):
    """The user and the roles. Returns what of them is printed."""
    user = iam.create_user(UserName="ops")["User"]["Arn"]
    keys = iam.create_access_key(UserName="ops")["AccessKey"]
    hop = iam.create_role(RoleName="hop", AssumeRolePolicyDocument=trust(user))["Role"]["Arn"]
    session = f"arn:aws:sts::{DEFAULT_ACCOUNT_ID}:assumed-role/hop/awsjob"
    role = iam.create_role(RoleName="awsjob", AssumeRolePolicyDocument=trust(user, session))["Role"]["Arn"]
    for policy in policies:
        iam.put_role_policy(RoleName="awsjob", PolicyName=policy.stem, PolicyDocument=policy.read_text())
    may_assume = {"Action": "sts:AssumeRole", "Resource": [role]}
    iam.put_role_policy(RoleName="hop", PolicyName="assume", PolicyDocument=policy_document(may_assume))
    may_assume = {"Action": "sts:AssumeRole", "Resource": [role, hop]}
    iam.put_user_policy(UserName="ops", PolicyName="assume", PolicyDocument=policy_document(may_assume))
    return {
        "user": {"access_key": keys["AccessKeyId"], "secret_key": keys["SecretAccessKey"]},
        "roles": {"awsjob": role, "hop": hop},
    }


def provision(endpoint, policies, machines, secrets):
    """Creates what the caller works with and as whom; returns what it needs to know. Wants the checks still off."""

    def client(service):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="provisioning",
            aws_secret_access_key="provisioning",
        )

    iam, sts, states, batch = client("iam"), client("sts"), client("stepfunctions"), client("batch")
    people = create_people(iam, policies)
    role = people["roles"]["awsjob"]
    keys = sts.assume_role(RoleArn=role, RoleSessionName="awsjob")["Credentials"]

    # An environment of our own machines: moto would want networks of any other. It takes any role that exists.
    batch.create_compute_environment(
        computeEnvironmentName="payroll", type="UNMANAGED", state="ENABLED", serviceRole=role
    )
    batch.create_job_queue(
        jobQueueName=JOB_QUEUE,
        state="ENABLED",
        priority=1,
        computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "payroll"}],
    )
    batch.register_job_definition(
        jobDefinitionName=JOB_DEFINITION,
        type="container",
        containerProperties={"image": "payroll", "command": ["true"], "vcpus": 1, "memory": 128},
    )

    client("glue").create_job(Name=GLUE_JOB, Role=role, Command={"Name": "glueetl", "ScriptLocation": "s3://payroll/etl"})
    client("ecs").register_task_definition(
        family="payroll", containerDefinitions=[{"name": "app", "image": "payroll", "memory": 128}]
    )

    for name, text in secrets:
        client("secretsmanager").create_secret(Name=name, SecretString=text)

    return people | {
        "endpoint": endpoint,
        "region": REGION,
        "access_key": keys["AccessKeyId"],
        "secret_key": keys["SecretAccessKey"],
        "session_token": keys["SessionToken"],
        "machines": {
            name: states.create_state_machine(
                name=name,
                definition=definition.read_text(),
                # The role that the states themselves would act with. moto checks its form only.
                roleArn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/states",
            )["stateMachineArn"]
            for name, definition in machines
        },
        "job_queue": JOB_QUEUE,
        "job_definition": JOB_DEFINITION,
        "glue_job": GLUE_JOB,
    }


def require_signatures(endpoint):
    """Switches moto's signature and policy checks on, from the next request (0 more go unchecked)."""
    request = urllib.request.Request(
        f"{endpoint}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(request).close()


def machine(argument):
    name, separator, file = argument.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"expected NAME=FILE.asl.json: {argument}")
    return name, Path(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--policy", type=Path, action="append", required=True, help="IAM policy file that limits the printed keys (repeatable)"
    )
    parser.add_argument(
        "--machine",
        type=machine,
        action="append",
        default=[],
        metavar="NAME=FILE.asl.json",
        help="state machine to create (repeatable)",
    )
    parser.add_argument("--accepted", type=Path, metavar="FILE", help="gets the actions that were accepted")
    parser.add_argument("--secret", action="append", default=[], metavar="NAME=TEXT", help="secret to create (repeatable)")
    arguments = parser.parse_args()
    if arguments.accepted:
        note_accepted(arguments.accepted)

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line per request
    logging.getLogger("moto.stepfunctions.parser").setLevel(logging.CRITICAL)  # no dump of each state that fails
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()

    facts = provision(f"http://{host}:{port}", arguments.policy, arguments.machine, [pair.split("=", 1) for pair in arguments.secret])
    require_signatures(facts["endpoint"])
    print(json.dumps(facts), flush=True)

    sys.stdin.buffer.read()
    server.stop()


if __name__ == "__main__":
    main()
