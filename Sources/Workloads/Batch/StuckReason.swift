/// What to do about a job that waits in RUNNABLE.
/// https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
enum StuckReason {
    static func advice(_ reason: String) -> (what: String, next: String) {
        let known: [(String, String, String)] = [
            ("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", "stuck for lack of capacity", "wait, or allow more instance types and zones in the compute environment"),
            ("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "stuck by misconfiguration", "raise the compute environment's maxvCpus above what the job asks for"),
            ("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "stuck by misconfiguration", "ask for fewer vCPUs, less memory or fewer GPUs, or allow larger instance types"),
            ("MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS", "stuck by misconfiguration", "mend the permissions of the compute environment's service role"),
            ("CAPACITY", "stuck for lack of capacity", "wait, or widen the compute environment"),
            ("MISCONFIGURATION", "stuck by misconfiguration", "mend the compute environment or the job definition as the reason says"),
        ]
        let found = known.first { reason.contains($0.0) }
        return (found?.1 ?? "stuck", found?.2 ?? "look at the compute environments of the job queue: state, maxvCpus, subnets, instance role")
    }
}
