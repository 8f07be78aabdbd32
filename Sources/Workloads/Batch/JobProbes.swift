import AWS
import JSON

extension Batch {
    /// A job id that Batch never makes.
    static let nobody = "00000000-0000-0000-0000-000000000000"

    /// The submission names a revision of the job definition that cannot exist. Batch answers the stop of an unknown job
    /// with success.
    package static func probes(_ launch: Launch?, in account: Account?) -> [Probe] {
        let given = launch?.parameters.last { $0.name == "jobDefinition" }?.value.string ?? Probe.nobody
        // An ARN has six parts before its revision.
        let parts = given.split(separator: ":")
        let name = parts.count == 2 || parts.count == 7 ? parts.dropLast().joined(separator: ":") : given
        let queue = JSONValue(launch?.target ?? Probe.nobody)
        return [
            Probe(
                APICall(.batch, "SubmitJob", ["jobName": JSONValue(Probe.nobody), "jobQueue": queue, "jobDefinition": .string("\(name):2147483647")]),
                isExact: false, proof: ["ClientException"]),
            Probe(APICall(.batch, "DescribeJobs", ["jobs": .array([JSONValue(nobody)])]), isExact: true, proof: ["ClientException"]),
            Probe(APICall(.batch, "ListJobs", ["jobQueue": queue, "maxResults": 1]), isExact: true, proof: ["ClientException"]),
            Probe(APICall(.batch, "TerminateJob", ["jobId": JSONValue(nobody), "reason": JSONValue(Probe.nobody)]), isExact: false, proof: ["ClientException"]),
        ] + LogProbes.of(group: "/aws/batch/job")
    }
}
