package import Journal
package import Workloads

extension WorkloadService {
    /// The id of journalled work: the one that AWS gave, else the one that its name will have.
    package static func id(of work: RunJournal.Work) -> WorkloadID? {
        work.id.map(WorkloadID.init) ?? expectedID(target: work.intent.target, name: work.intent.name)
    }
}
