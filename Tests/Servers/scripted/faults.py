"""Faults that a test orders in advance, and the calls they strike."""

from dataclasses import dataclass

_STEP_FUNCTIONS = (
    "StartExecution",
    "StartSyncExecution",
    "DescribeExecution",
    "GetExecutionHistory",
    "StopExecution",
    "RedriveExecution",
    "ListExecutions",
    "DescribeStateMachine",
)
_BATCH = ("SubmitJob", "DescribeJobs", "ListJobs", "TerminateJob", "CancelJob", "DescribeJobDefinitions")
_LOGS = ("GetLogEvents", "FilterLogEvents", "DescribeLogStreams")
_GLUE = ("StartJobRun", "GetJobRun", "GetJobRuns", "BatchStopJobRun")
_ECS = ("DescribeTaskDefinition",)
_STS = ("GetCallerIdentity", "AssumeRole")
_DYNAMODB = ("UpdateItem", "PutItem", "GetItem", "DeleteItem", "Query", "BatchGetItem", "BatchWriteItem")
_AWS = (*_STEP_FUNCTIONS, *_BATCH, *_LOGS, *_GLUE, *_ECS, *_STS, *_DYNAMODB)
_CAN_MISS = ("DescribeExecution", "GetExecutionHistory", "StopExecution", "DescribeJobs", "ListJobs")
_KINDS = (
    "reset",  # RST, not processed
    "hang",  # never answered, not processed
    "error",  # `status`, `code`, `message`, or `body` as it is; not processed
    "html",  # a captive portal's page; not processed
    "reply_lost",  # processed, then RST
    "hang_after",  # processed, never answered
    "garbage",  # processed; 200 with `body`, which is not JSON
    "empty",  # processed; 200 with no body
    "truncate",  # processed; half of the announced body, then closed
    "slow",  # processed; answered after `seconds`
    "drip",  # processed; one byte every `seconds`
    "close_idle",  # processed and answered; closed afterwards without saying so
    "no_output",  # Describe says SUCCEEDED, the output is not there yet
    "not_found",  # Describe, History and Stop do not know the execution yet, DescribeJobs and ListJobs no job
    "stale",  # Describe says RUNNING, the history has one event, though it is over
    "replayed",  # what was answered to the same request at first since the fault was ordered; the first passes
    "hidden",  # SubmitJob, StartJobRun: processed, then RST; nothing ever shows the job or the run
    "late_visible",  # SubmitJob, StartJobRun: processed, then RST; ListJobs, GetJobRuns show it only after `seconds`
    "skew",  # the server's clock is `seconds` ahead; a signature outside its window is refused with `code`
)


@dataclass
class Fault:
    action: str
    kind: str
    skip: int = 0
    times: int = 1
    seconds: float = 0.0
    status: int = 500
    code: str | None = None
    message: str = ""
    body: str | None = None
    key: str | None = None  # strikes only what was signed with this access key
    holds: str = ""  # strikes only what has this text in its body

    def __post_init__(self) -> None:
        if self.action not in (*_AWS, "*", "imds", "container"):
            raise ValueError(f"no such action: {self.action}")
        if self.kind not in _KINDS:
            raise ValueError(f"no such kind of fault: {self.kind}")
        if self.times != -1 and self.times < 1:
            raise ValueError("times is -1 (for ever) or at least 1")
        if self.kind in ("slow", "drip", "skew", "late_visible") and self.seconds == 0:
            raise ValueError(f"{self.kind} needs seconds")

    def strikes(self, action: str, status: str | None, key: str | None, body: bytes) -> bool:
        """Whether it is meant for this call. A lie about an execution or a job waits until there is something to lie
        about; `status` is where the one that the call asks for truly stands."""
        if self.key not in (None, key) or self.holds.encode() not in body:
            return False
        if self.action not in (action, "*") or (self.action == "*" and action not in _AWS):
            return False
        match self.kind:
            case "no_output":
                return action == "DescribeExecution" and status == "SUCCEEDED"
            case "stale":
                return action in ("DescribeExecution", "GetExecutionHistory") and status not in (None, "RUNNING")
            case "not_found":
                return action in _CAN_MISS and status is not None
            case "hidden" | "late_visible":
                return action in ("SubmitJob", "StartJobRun")
            case _:
                return True


class Faults:
    """First ordered, first struck: the oldest fault meant for a call decides about it, if only to let it pass."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.struck: set[str] = set()  # access keys whose calls it has struck

    def take(self, action: str, status: str | None, key: str | None, body: bytes) -> Fault | None:
        fault = next((fault for fault in self.pending if fault.strikes(action, status, key, body)), None)
        if fault is None:
            return None
        if fault.skip > 0:
            fault.skip -= 1
            return None
        self.struck.add(key or "")
        if fault.times != -1:
            fault.times -= 1
        if fault.times == 0:
            self.pending.remove(fault)
        return fault
