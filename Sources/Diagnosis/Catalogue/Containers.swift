extension BuiltIn {
    /// Containers and hosts, as ECS and Batch report them.
    static let containers = #"""
[OOM_CONTAINER] Container killed: memory limit
rank 1
action manual
veto memory
cause The container used more memory than its limit and was killed.
fix Raise memory in the job definition or override (1.5 to 2 times) or reduce the input; a plain retry fails the same way.
impact The work stopped in the middle; files and rows that it had written may be partial.
next Compare the job's peak memory with its limit in the job definition.
next Raise memory, or split the input, then restart.
next Check partial output before the restart.
aws OutOfMemoryError: Container killed due to memory usage
aws Container killed due to memory usage
aws OOMKilled
aws oom-kill:constraint=
aws Memory cgroup out of memory
aws OutOfMemory: container killed

[SPOT_HOST_TERMINATED] Host EC2 terminated (Spot or scale-in)
rank 1
action immediate
cause AWS took the host away (Spot interruption or scale-in) while the work ran.
fix Retry: it lands on another host. Checkpoint long jobs; use on-demand after two losses.
impact The work stopped in the middle through no fault of its own.
next Restart; it gets another host.
next After two losses in a row move the job to an on-demand compute environment.
aws Host EC2 (instance *) terminated
aws Host EC2 terminated
aws Host EC2*terminated
aws Your Spot Task was interrupted
aws Spot interruption
aws SpotInterruption
aws instance-terminated-no-capacity
aws Instance terminated by Spot
aws preempted
aws Termination of the underlying instance
aws EC2 Spot Instance interruption

[CAPACITY_INSUFFICIENT] No EC2 or Fargate capacity
rank 1
action delayed
cause AWS had no capacity for the instance type or for Fargate in that zone.
fix Wait and retry; add instance types and zones, or an on-demand compute environment.
impact Nothing ran.
next Restart in 15 minutes or more.
next Allow more instance types and zones in the compute environment.
aws INSUFFICIENT_INSTANCE_CAPACITY
aws InsufficientInstanceCapacity
aws InsufficientCapacity
aws Capacity is unavailable at this time
aws Service cannot fulfill the capacity requested
aws We currently do not have sufficient * capacity
aws There is no Spot capacity available
aws RESOURCE:FARGATE
aws Insufficient capacity to

[BATCH_MISCONFIG_RUNNABLE] Job stuck in RUNNABLE: misconfiguration
rank 1
action manual
cause No compute environment of the queue can ever run this job as it is configured.
fix Correct the compute environment's vCPUs, instance types or role; a retry never helps.
impact Nothing ran, and nothing will until the configuration is corrected.
next Compare vCPUs, memory and GPUs of the job with the compute environments of its queue.
next Correct the compute environment or the job definition, then restart.
aws MISCONFIGURATION:
aws JobStateTimeLimit action due to reason: MISCONFIGURATION

[BATCH_JOB_TIMEOUT] Batch attempt timed out
rank 1
action manual
cause The attempt ran longer than the job's timeout and Batch killed it.
fix Batch does not retry timed-out attempts. Compare with usual durations: raise the timeout if the data grew, else find what hangs.
impact The work stopped in the middle.
next Compare the duration with earlier runs.
next If the data grew raise the timeout; if not, find what it waited for in the last lines of the log.
aws Job attempt duration exceeded timeout
aws attempt duration exceeded timeout

[BATCH_TERMINATED_BY_USER] Terminated or cancelled by someone
rank 1
action manual
cause Somebody, or a program, stopped this work on purpose.
fix Find who and why (CloudTrail: TerminateJob, StopExecution) before a restart.
impact The work stopped in the middle.
next Ask who stopped it: CloudTrail shows the caller of TerminateJob, CancelJob or StopExecution.
next Restart only when the reason is gone.
aws {terminated,cancelled,canceled,stopped} by {user,operator,admin,administrator}
aws {terminated,cancelled,canceled,stopped} by the {user,operator}
aws States.ExecutionAborted
aws ABORTED by
aws UserTerminated
aws terminated via {API,CLI,console}
aws Manually {stopped,terminated,cancelled}
aws UserInitiated
aws StopExecution called
aws Task stopped by user
aws Cancelled via AWS console
aws Terminating job from the console
aws user requested {termination,cancellation,stop}
aws Stopped from console

[BATCH_DEPENDENCY_FAILED] Dependency job failed
rank 2
action manual
cause A job that this one depends on failed, so this one was not started.
fix Repair the parent; restart from the parent.
impact Nothing of this job ran.
next Look at the job it depends on.
next Restart from there; this one follows.
aws Dependent Job failed
aws dependency * failed
aws Job dependency failed

[IMAGE_PULL_AUTH] Image pull denied or image not found
rank 1
action manual
veto permissions
cause The container image could not be pulled: it does not exist, or the role may not pull it.
fix Correct repository name or tag, the execution role's ecr permissions, or registry credentials.
impact Nothing ran.
next Check that the image and its tag exist in the registry.
next Check the execution role for ecr:GetAuthorizationToken, BatchGetImage and GetDownloadUrlForLayer.
aws CannotPull*{pull access denied,403 Forbidden,not found,manifest unknown,no basic auth,denied,does not exist,insufficient_scope,not authorized,unauthorized,AccessDenied,invalid reference}
aws CannotPullImageManifestError
aws repository * not found: does not exist or no pull access
aws manifest for * not found
aws pull access denied for
aws failed to resolve ref*{not found,403 Forbidden}

[IMAGE_PULL_NETWORK] Image pull timed out or no route
rank 2
action delayed
cause The container image could not be pulled: the registry was not reached.
fix Retry once; if it repeats, correct NAT or VPC endpoints (ecr.api, ecr.dkr, s3) and security groups.
impact Nothing ran.
next Restart once.
next If it repeats check route, NAT gateway, VPC endpoints and security groups of the subnet.
aws CannotPull*{i/o timeout,Client.Timeout,request canceled while waiting,context deadline exceeded,TLS handshake timeout,connection refused,no route to host,EOF,connection reset,no such host,dial tcp,net/http,ref pull has been retried}
aws CannotPullContainerError: timeout
aws CannotPullECRContainerError*timeout

[IMAGE_PULL_RATELIMIT] Registry rate limit
rank 1
action delayed
cause The image registry limits how often images are pulled, and the limit was reached.
fix Wait 15 minutes or more; use an ECR pull-through cache or authenticated pulls.
impact Nothing ran.
next Restart in 15 minutes or later.
next Pull through an ECR cache, or log in to the registry.
aws toomanyrequests
aws reached your {unauthenticated pull,pull} rate limit
aws CannotPull*ThrottlingException
aws CannotPull*429 Too Many Requests

[DOCKER_TIMEOUT] Docker daemon timed out
rank 2
action immediate
cause The container runtime of the host was too slow to create or inspect the container.
fix Retry lands on another host; faster disks, smaller images, fewer jobs on a host.
impact Usually nothing ran. After CannotInspectContainer the work may have succeeded: look at its output first.
next Look whether there is output; then restart, it gets another host.
next If it repeats: gp3 disks with more IOPS, smaller images.
aws DockerTimeoutError
aws CannotInspectContainerError
aws CannotStopContainerError
aws Could not transition to {created,started,inspecting}

[CONTAINER_START] Container could not be created or started
rank 3
action manual
cause The container could not be started as the job definition describes it.
fix Correct mount, command, GPU or runtime, ulimit or port in the job definition.
impact Nothing ran.
next Read the reason behind the error: it names the mount, the command or the device.
next Correct the job definition, then restart.
aws CannotStartContainerError
aws CannotCreateContainerError
aws CannotCreateVolumeError
aws OCI runtime create failed
aws failed to create shim
aws runc create failed
aws ContainerRuntimeError

[RESOURCE_INIT_SECRET] Secrets or registry login could not be fetched
rank 1
action manual
veto permissions
cause Before the start ECS could not fetch the secrets or the registry login of the task.
fix Network (NAT, VPC endpoint, security group) if it timed out; execution role if denied; name or JSON key if not found.
impact Nothing ran.
next Read whether it timed out, was denied or not found.
next Check the execution role and the way to Secrets Manager, SSM and ECR from the subnet.
aws ResourceInitializationError: unable to pull secrets or registry auth
aws unable to pull secrets or registry auth
aws failed to fetch secret
aws unable to retrieve secret from asm
aws unable to retrieve ecr registry auth
aws retrieved secret from Secrets Manager did not contain json key
aws fetching secret data from {AWS Secrets Manager,SSM Parameter Store}

[RESOURCE_INIT_LOG] Log driver, EFS or network interface could not be set up
rank 1
action manual
cause Before the start ECS could not set up the log driver, a file system or the network interface.
fix Create the log group or correct the awslogs options; EFS mount targets and security groups; a network interface that was late: retry.
impact Nothing ran.
next Read which it was: logger, EFS or network interface.
next Create the log group, or correct mount target and security group.
aws failed to validate logger args
aws ResourceInitializationError: failed to {invoke EFS utils,create new container runtime,configure,initialize logging}
aws failed to invoke EFS utils
aws Timeout waiting for network interface provisioning
aws failed to initialize logging driver
aws failed to create Cloudwatch log {stream,group}
aws error creating EFS volume

[TASK_FAILED_START] Task failed to start (no reason given)
rank 7
action delayed
cause The task did not start, and AWS gives no reason.
fix Read the container's reason; if it is empty retry once on another host.
impact Nothing ran.
next Look at the container's reason and at the stopped reason of the ECS task.
next Restart once.
aws Task failed to start

[ESSENTIAL_EXIT] The container exited (nothing more is known)
rank 9
action manual
cause The container ended with an error, and neither its exit code nor its log says why.
fix Read exit code and log: this reason only wraps the real one.
impact The work stopped; what it had done by then is not known.
next Look at the log of the container around its end.
aws Essential container in task exited
"""#
}
