import Journal
import Supervision
import Workloads

/// The work that an `ID` on the command line means, and where it lives.
struct WorkTarget {
    /// The options, completed by what the journal knows of the place.
    let common: CommonOptions
    private let service: any WorkloadService.Type
    private let id: WorkloadID

    init(_ text: String, _ program: Program, _ options: CommonOptions) throws(Refusal) {
        for service in Services.all {
            if let id = service.id(text) {
                (self.service, self.id, common) = (service, id, options)
                return
            }
        }
        guard let found = Journals(program.stateDirectory).work(ofRun: text), let service = Services.named(found.work.intent.service) else {
            throw Refusal("'\(text)' is neither an id of AWS work nor a run that the journals of \(program.stateDirectory.path) know", next: "give an execution ARN, or JOB:RUN/TRY")
        }
        let expected = service.expectedID(target: found.work.intent.target, name: found.work.intent.name)
        guard let id = found.work.id.map(WorkloadID.init) ?? expected else {
            throw Refusal("run \(text) was never started in AWS", next: "start it")
        }
        var completed = options
        completed.region = options.region ?? found.work.intent.place.region
        completed.endpointURL = options.endpointURL ?? found.work.intent.place.endpointURL
        completed.profile = options.profile ?? found.work.intent.place.profile
        completed.caBundle = options.caBundle ?? found.work.intent.place.caBundle
        (self.service, self.id, common) = (service, id, completed)
    }

    func open<Result>(_ use: (any WorkloadService.Type, WorkloadID) throws(Refusal) -> Result) throws(Refusal) -> Result {
        try use(service, id)
    }
}
