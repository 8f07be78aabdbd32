import AWS
import JSON

extension Glue {
    /// The start names a job that does not exist: Glue has no parameter that keeps a start from happening.
    package static func probes(_ launch: Launch?, in account: Account?) -> [Probe] {
        let job = JSONValue(launch?.target ?? Probe.nobody)
        let (isExact, run) = (launch != nil, JSONValue("jr_\(String(repeating: "0", count: 64))"))
        let proof: Set<String> = ["EntityNotFoundException"]
        return [
            Probe(APICall(.glue, "StartJobRun", ["JobName": JSONValue(Probe.nobody)]), isExact: false, proof: proof),
            Probe(APICall(.glue, "GetJobRun", ["JobName": job, "RunId": run]), isExact: isExact, proof: proof),
            Probe(APICall(.glue, "GetJobRuns", ["JobName": job, "MaxResults": 1]), isExact: isExact, proof: proof),
            Probe(APICall(.glue, "BatchStopJobRun", ["JobName": job, "JobRunIds": .array([run])]), isExact: isExact, proof: proof),
        ] + LogProbes.of(group: "/aws-glue/jobs/output")
    }
}
