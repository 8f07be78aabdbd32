extension BuiltIn {
    /// Spark, Glue, EMR.
    static let spark = #"""
[SPARK_YARN_MEM] Spark executor over its memory
rank 1
action manual
veto memory
with 137 143 1
cause A Spark executor used more memory than its container may.
fix Raise memoryOverhead, fewer cores an executor, repartition; a larger Glue worker.
impact The job failed after its stages were tried again; partial output may lie under _temporary.
next Raise spark.executor.memoryOverhead, or take a larger worker type.
next Look for skew: one task far longer than the others.
any Container killed by YARN for exceeding
any killed by YARN for exceeding memory limits
any Consider boosting spark.
any is running beyond {physical,virtual} memory limits
any running {#,*}B beyond the 'PHYSICAL' memory limit
any ExecutorLostFailure*exceeding memory limits
any ExecutorLostFailure*OOM
any SparkOutOfMemoryError
any Total size of serialized results * is bigger than spark.driver.maxResultSize
any is bigger than spark.driver.maxResultSize
any Kryo serialization failed: Buffer overflow
any Cannot broadcast the table * larger than
any Not enough memory to build {and broadcast,the hash map}
any Could not execute broadcast in

[SPARK_SHUFFLE] Spark shuffle fetch failure
rank 3
action delayed
cause Shuffle data was lost with its executors.
fix Executors were lost (often memory or Spot): retry once; enable decommissioning and shuffle tracking.
impact The job failed after its stages were tried again.
next Look why executors were lost; restart once.
any FetchFailedException
any Missing an output location for shuffle
any MetadataFetchFailedException
any FetchFailed(
any ShuffleMapStage * has failed the maximum allowable number of times
any Failed to get broadcast_
any Unable to register with external shuffle server

[SPARK_EXECUTOR_LOST] Spark executor lost
rank 5
action delayed
cause Spark lost executors, with their tasks.
fix Read the executor's exit code; retry if it was Spot.
impact The job failed after its tasks were tried again.
next Look at the executor's exit code and log.
next Restart once if hosts were taken away.
any ExecutorLostFailure
any Lost executor # on
any Container from a bad node
any SparkContext was shut down
any SparkContext has been shut down
any Cannot call methods on a stopped SparkContext
any Executor heartbeat timed out
any Remote RPC client disassociated
any Slave lost
any worker lost
any executor * is now TERMINATED

[SPARK_STAGE] Spark stage aborted (nothing more is known)
rank 7
action manual
cause A Spark stage was given up after its tasks failed.
fix This only wraps the real error: read its "Caused by".
impact The job failed; partial output may lie under _temporary.
next Read the executor's error behind "Most recent failure".
any Job aborted due to stage failure
any SparkException: Job aborted
any Task failed while writing rows
any SparkException: Task failed

[GLUE_GENERIC] Glue job failed (nothing more is known)
rank 8
action manual
cause The Glue job failed, and nothing tells why.
fix Read ErrorMessage and the driver's log.
impact The job failed; partial output may be there.
next Read the driver's log under /aws-glue/jobs/error.
any Glue.AWSGlueException
any Glue.JobRunFailed
any Command failed with exit code {1,10}
any Error Category: 
any GlueExceptionAnalysis
any Job run failed
any Exception in User Class

[EMR_STEP] EMR step or cluster failed (nothing more is known)
rank 8
action manual
cause The EMR step or cluster failed, and nothing tells why.
fix Read the step's stderr; check bootstrap actions.
impact The step failed.
next Read stderr of the step under the cluster's log URI.
any TERMINATED_WITH_ERRORS
any On the master instance * application provisioning failed
any bootstrap action # returned a non-zero
any bootstrap failure
any BOOTSTRAP_FAILURE
any application provisioning failed
any Step * is in state FAILED
any Shut down as step failed
any Steps completed with errors
"""#
}
