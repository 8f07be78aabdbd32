import ArgumentParser
import History
import Journal
import Runs
import Supervision
import Workloads

let workIDHelp: ArgumentHelp = "Execution ARN, Batch job id, Glue JOB/RUN, or the AutoSys JOB[:RUN/TRY] that launched it."

/// The work that an `ID` on the command line means, and where it lives.
struct WorkTarget {
    /// The options, completed by what the journal knows of the place.
    let common: CommonOptions
    let service: any WorkloadService.Type
    let id: WorkloadID
    /// How it ended, where a journal knows.
    private(set) var outcome: Outcome?

    init(_ text: String, _ program: Program, _ options: CommonOptions) throws(Refusal) {
        for service in Services.all {
            if let id = service.id(text) {
                (self.service, self.id, common) = (service, id, options)
                return
            }
        }
        let journals = Journals(program.stateDirectory)
        guard let found = journals.work(withID: text) ?? journals.work(ofRun: text), let service = Services.named(found.work.intent.service) else {
            throw Refusal("'\(text)' is neither an id of AWS work nor a run that the journals of \(program.stateDirectory.path) know", next: "give an execution ARN, a Batch job id, a Glue JOB/RUN, or JOB:RUN/TRY")
        }
        guard let id = service.id(of: found.work) else {
            throw Refusal("AWS never confirmed that \(text) was started, under the name \(found.work.intent.name) in \(found.work.intent.target)", next: "look for it there")
        }
        (self.service, self.id, common) = (service, id, options.at(found.work.intent.place))
    }

    /// The work of a recorded run; nil where none was started. The journals know its place for as long as they are kept.
    init?(_ record: RunRecord, _ program: Program, _ options: CommonOptions) {
        guard let service = Services.named(record.service), let text = record.workID, let id = service.id(text) else { return nil }
        let known = Journals(program.stateDirectory).work(withID: text)?.work
        (self.service, self.id, common) = (service, id, known.map { options.at($0.intent.place) } ?? options)
        outcome = known?.outcome
    }
}

extension CommonOptions {
    fileprivate func at(_ recorded: JournalRecord.Place) -> CommonOptions {
        var completed = self
        let place = completing(recorded)
        (completed.region, completed.endpointURL, completed.profile, completed.caBundle) = (place.region, place.endpointURL, place.profile, place.caBundle)
        return completed
    }
}
