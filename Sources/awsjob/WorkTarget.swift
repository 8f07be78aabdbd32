import Journal
import Supervision
import Workloads

/// The work that an `ID` on the command line means, and where it lives.
struct WorkTarget {
    /// The options, completed by what the journal knows of the place.
    let common: CommonOptions
    let service: any WorkloadService.Type
    let id: WorkloadID

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
        guard let id = service.id(of: found.work) else {
            throw Refusal("run \(text) was never started in AWS", next: "start it")
        }
        var completed = options
        let place = options.completing(found.work.intent.place)
        (completed.region, completed.endpointURL, completed.profile, completed.caBundle) = (place.region, place.endpointURL, place.profile, place.caBundle)
        (self.service, self.id, common) = (service, id, completed)
    }
}
