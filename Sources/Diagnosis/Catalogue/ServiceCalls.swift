extension BuiltIn {
    /// Calls to AWS services that fail by the service's doing.
    static let serviceCalls = #"""
[BATCH_API_THROTTLE] Batch API throttled
rank 1
action delayed
cause Too many calls to Batch at once; AWS refused this one.
fix Retry later; SubmitJob is limited to 50 a second for an account.
impact The job was not submitted.
next Restart in a few minutes; spread the starts.
aws Service: {AWSBatch,Batch}; Status Code: 429
aws Service: {AWSBatch,Batch}, Status Code: 429
aws {AWSBatch,Batch}, Status Code: 429
aws Batch.TooManyRequestsException

[BATCH_API_5XX] Batch API server error
rank 1
action delayed
cause Batch had an internal error.
fix Retry: Batch.ServerException and Batch.AWSBatchException are transient.
impact The job may not have been submitted.
next Look whether the job exists; restart in a few minutes.
aws Batch.ServerException
aws Batch.AWSBatchException
aws Service: {AWSBatch,Batch}; Status Code: 5#
aws Service: {AWSBatch,Batch}, Status Code: 5#

[AWS_THROTTLE] AWS API throttled
rank 3
action delayed
cause An AWS service refused calls because there were too many.
fix Back off with jitter; spread the schedule.
impact The work stopped at that call; what it had done before stays.
next Restart in a few minutes.
next Spread jobs that start together; ask for a higher quota if it repeats.
any ThrottlingException
any ThrottledException
any (Throttling) when calling
any Throttling: Rate exceeded
any RequestLimitExceeded
any ProvisionedThroughputExceededException
any ProvisionedThroughputExceeded
any Rate exceeded
any TooManyRequestsException
any Error Code: Throttling
weak Throttling
any RequestThrottled
any RequestThrottledException
any throughput limit exceeded
any level of configured provisioned throughput for the table was exceeded
any The rate of requests has exceeded

[AWS_LIMIT] Service quota exceeded
rank 2
action manual
cause A quota of the AWS account or of the job is used up.
fix Ask for a higher quota or lower the concurrency.
impact The work, or a part of it, was not started.
next See what else uses the quota now.
next Ask for a higher quota in Service Quotas, or start fewer at once.
any LimitExceededException
any LimitExceeded
any ServiceQuotaExceededException
any ServiceQuotaExceeded
any ResourceLimitExceeded
any VcpuLimitExceeded
any {Resource,Vcpu,Instance,Transaction,Subscriber}LimitExceededException
any ConcurrentRunsExceededException
any ConcurrentRunsExceeded
any ResourceNumberLimitExceededException
any InstanceLimitExceeded
any MaxSpotInstanceCountExceeded
any AddressLimitExceeded
any NetworkInterfaceLimitExceeded
any exceeds your current quota
any more vCPU capacity than your current vCPU limit
any you have reached the limit on the number of
any You've reached your quota
any Max concurrent runs exceeded
any Cannot exceed quota for

[AWS_5XX] AWS service error (5xx)
rank 3
action delayed
cause An AWS service answered with an internal error.
fix Retry with back-off; look at AWS Health.
impact The work stopped at that call; what it had done before stays.
next Restart in a few minutes.
next Look at the AWS Health dashboard if it repeats.
any InternalServerException
any InternalServerError) when calling
any InternalServerErrorException
any InternalFailure
weak InternalError
weak ServiceUnavailable
any (InternalError) when calling
any InternalError: We encountered
any InternalServiceException
any InternalServiceError
any ServiceUnavailableException
any (ServiceUnavailable) when calling
any Error Code: ServiceUnavailable
any Error Code: Internal
any Error Code: 503 Service Unavailable
any ServerException
any Status Code: 50{0,2,3,4}
any We encountered an internal error. Please try again
any An error occurred ({500,502,503,504})
any Service is unavailable. Please try again
any failed due to an internal error
any Internal service {failure,error}
any InternalServerError: An internal server error occurred

[S3_SLOWDOWN] S3 503 Slow Down
rank 1
action delayed
cause S3 refused requests because there were too many for the prefix.
fix Back off; less parallelism; spread over prefixes.
impact The work stopped in the middle; objects that it had written stay.
next Restart in 15 minutes with fewer workers.
next Spread the objects over more prefixes.
any (SlowDown) when calling
any SlowDown
any Slow Down (Service: Amazon S3
any Please reduce your request rate
any 503 Slow Down
any 503: Slow Down

[ATHENA_EXHAUSTED] Query engine out of resources (Athena, Trino)
rank 1
action delayed
cause The query needed more than the query engine had.
fix Retry off-peak; scan less; partition.
impact The query gave no result; tables that it writes may have partial files.
next Restart off-peak once.
next Read fewer columns and partitions, or split the query.
any Query exhausted resources at this scale factor
any Query exhausted resources
any EXCEEDED_{GLOBAL_MEMORY,LOCAL_MEMORY,MEMORY,TIME,CPU}_LIMIT
any exceeded per-node * memory limit
any Query exceeded * memory limit
any Query exceeded {distributed,maximum} * limit
any INSUFFICIENT_RESOURCES
any Query timeout: ^exceeded
any HIVE_EXCEEDED_SPLIT_BUFFERING_LIMIT
"""#
}
