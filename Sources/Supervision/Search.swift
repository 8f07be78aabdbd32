import AWS
import Effects
import Journal
import Workloads

extension Loop {
    /// Work whose id only AWS knows, by its name. `owners`: the submissions that it may stem from; nil for any. `since`:
    /// work without a mark counts when it began after that.
    func search<Service: WorkloadService>(
        _ service: Service.Type, name: String, target: String, owners: Set<String>?, since: Timestamp?, until deadline: Instant, onRetry: (CallError) -> Void = { _ in }
    ) throws(NoAnswer) -> Observation? {
        guard let call = Service.find(name: name, target: target) else { return nil }
        // The newest are enough: ours is among those that were started last under its name.
        for id in try perform(call, until: deadline, onRetry: onRetry).prefix(10) {
            guard let seen = try perform(Service.observe(id), until: deadline, onRetry: onRetry) else { continue }
            let isLate = since.flatMap { since in seen.started.map { $0 < since } } ?? false
            if let owners, seen.owner.map({ !owners.contains($0) }) ?? isLate { continue }
            return seen
        }
        return nil
    }
}

extension WorkloadService {
    /// AWS makes ids up: names neither tell an id nor keep work from being started twice.
    static var hasMadeUpIDs: Bool { find(name: "", target: "") != nil }
}
