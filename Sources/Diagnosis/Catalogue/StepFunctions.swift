extension BuiltIn {
    /// Step Functions and Lambda.
    static let stepFunctions = #"""
[SFN_TIMEOUT] States.Timeout
rank 3
action verify_first
cause A state or the execution ran longer than its TimeoutSeconds.
fix The work inside may still run: check before a restart. If the input grew raise the timeout.
impact The work inside may go on without its execution.
next See whether the Batch job, Glue run or task inside is still running; stop it or wait for it.
next Compare the duration with earlier runs before raising TimeoutSeconds.
aws States.Timeout
aws ^TIMED_OUT$
aws "status":"TIMED_OUT"
aws TaskTimedOut
aws ExecutionTimedOut

[SFN_HEARTBEAT] States.HeartbeatTimeout
rank 3
action verify_first
cause A worker stopped sending heartbeats.
fix See whether the worker is alive before a restart.
impact The worker may still be at work.
next Find the worker (activity or callback task) and see whether it lives.
aws States.HeartbeatTimeout

[SFN_DATALIMIT] States.DataLimitExceeded
rank 1
action manual
cause A state's input or output is larger than Step Functions allows.
fix Pass a pointer to S3 instead of the data. States.ALL does not catch it.
impact The execution failed for good; every retry fails the same way.
next Find the state whose result grew; write it to S3 and pass its key.
aws States.DataLimitExceeded
aws exceeding the maximum number of {characters,bytes} service limit
aws exceeds the maximum number of {characters,bytes} service limit

[SFN_RUNTIME] States.Runtime (bad path or expression)
rank 1
action manual
cause The state machine's definition and its input do not fit: a path or expression fails.
fix Correct the definition or the input; it is not retried or caught by States.ALL.
impact Every run with this input fails the same way.
next Read which path is missing in the input; compare with the last good input.
aws States.Runtime
aws could not be found in the input
aws Invalid path '\$
aws States.{ParameterPathFailure,ResultPathMatchFailure,QueryEvaluationError,IntrinsicFailure}
aws An error occurred while executing the state * JSONPath

[SFN_NOCHOICE] States.NoChoiceMatched
rank 1
action manual
cause No branch of a Choice state fits the value, and there is no default.
fix Add a Default branch or correct the input value.
impact Every run with this input fails the same way.
next Look at the value that the Choice state got.
aws States.NoChoiceMatched

[SFN_PERMISSIONS] States.Permissions
rank 1
action manual
veto permissions
cause The state machine's role lacks a permission.
fix Grant the action to the state machine's role (for .sync also events:PutRule, PutTargets, DescribeRule).
impact Every run fails the same way until the role is changed.
next Add the missing action to the state machine's role.
aws States.Permissions
aws is not authorized to create managed-rule

[SFN_MAP_THRESHOLD] Map: too many items failed
rank 4
action manual
cause More items of a Map state failed than it tolerates.
fix Look at the failed child executions; redrive after the repair.
impact Some items are done, some are not.
next List the failed child executions of the map run and read their causes.
next Redrive the execution when the cause is gone.
aws States.ExceedToleratedFailureThreshold
aws tolerated failure threshold was {exceeded,reached}

[SFN_ITEMREADER] Distributed Map could not read its items or write its results
rank 2
action manual
cause A distributed Map could not read its list of items or write its results in S3.
fix Check the S3 object, the permissions and the format; and the bucket for results.
impact No item was processed, or the results are not written.
next Check the S3 object that lists the items, and the role's access to it.
aws States.ItemReaderFailed
aws States.ResultWriterFailed

[SFN_UNKNOWN_DELIVERY] Not known whether the call was received
rank 2
action verify_first
veto commit
cause AWS cannot tell whether the call was received and carried out.
fix The call may have run. Check its effects, then restart.
impact The work may have been done once already.
next Look for the effects of the call: its log, its rows, its files.
next Restart only when it has not run.
aws cannot determine whether * received the call
aws Lambda.Unknown
aws The cause could not be determined

[SFN_EXEC_EXISTS] ExecutionAlreadyExists
rank 2
action verify_first
veto commit
cause An execution of that name exists already, with other input.
fix Look up that execution; never start a second one.
impact Nothing new was started.
next awsjob status with the ARN of that execution: is it the same business date?
aws ExecutionAlreadyExists
aws Execution Already Exists

[SFN_TASKFAILED] A task failed (nothing more is known)
rank 9
action manual
cause A task of the execution failed, and its cause says nothing that is known.
fix Read the cause: status reason, exit code and log stream of the work inside.
impact The execution ended at that state.
next Look at the log of the work inside the failed state.
aws States.TaskFailed
aws Batch.JobFailed

[LAMBDA_THROTTLE] Lambda throttled
rank 1
action delayed
cause Lambda refused the call: too many run at once.
fix Retry later; raise reserved concurrency.
impact The function was not run.
next Restart in a few minutes.
next Ask for more concurrency if it repeats.
aws Lambda.TooManyRequestsException
aws Service: {AWSLambda,Lambda}; Status Code: 429
aws Service: {AWSLambda,Lambda}, Status Code: 429
aws TooManyRequestsException: Rate Exceeded
aws ReservedFunctionConcurrentInvocationLimitExceeded
aws ConcurrentInvocationLimitExceeded

[LAMBDA_SERVICE] Lambda service or SDK exception
rank 2
action delayed
cause The Lambda service had a passing fault.
fix Retry: documented as transient.
impact The function may not have been run.
next Restart in a few minutes.
next Add a Retry for these errors to the state.
aws Lambda.{ServiceException,AWSLambdaException,SdkClientException,ClientExecutionTimeoutException}
aws Service: {AWSLambda,Lambda}; Status Code: 5#

[LAMBDA_TIMEOUT] Lambda timed out
rank 2
action manual
cause The function ran longer than its timeout.
fix The same input times out again: raise timeout or memory, or move the work to Batch.
impact The function was stopped in the middle.
next Compare the duration with earlier runs; find the call that it waited for.
aws Sandbox.Timedout
aws Task timed out after # seconds
aws Task timed out after #.# seconds

[LAMBDA_CRASH] Lambda runtime exited
rank 3
action manual
veto memory
cause The function's process died: out of memory, or a crash.
fix Compare Max Memory Used in the REPORT line with the memory size.
impact The function was stopped in the middle.
next Read the REPORT line: memory used against memory size.
aws Runtime.{ExitError,OutOfMemory}
aws RequestId: * Error: Runtime exited
aws Runtime exited {with,without}
"""#
}
