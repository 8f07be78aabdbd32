import AWS
import Effects
import Journal
package import Workloads

extension Loop {
    /// Work whose id only AWS knows, by its name. `owner`: the submission that it stems from; nil for any. `since`:
    /// work without a mark counts when it began after that, by the clock of this host.
    func search<Service: WorkloadService>(
        _ service: Service.Type, name: String, target: String, owner: String?, since: Timestamp?, until deadline: Instant, onRetry: (CallError) -> Void = { _ in }
    ) throws(NoAnswer) -> Observation? {
        var page: String?
        for _ in 0..<Self.pagesAtMost {
            guard let call = Service.find(name: name, target: target, page: page) else { return nil }
            let found = try perform(call, until: deadline, onRetry: onRetry)
            // The newest are enough: ours is among those that were started last under its name.
            for id in found.ids.prefix(10) {
                guard let seen = try perform(Service.observe(id), until: deadline, onRetry: onRetry) else { continue }
                let isOlder = since.flatMap { since in seen.started.map { $0 < since + skew } } ?? false
                if owner == nil || seen.owner.map({ $0 == owner }) ?? !isOlder { return seen }
            }
            page = found.next
            if page == nil { return nil }
        }
        return nil
    }

    /// A queue or a Glue job may have a long past.
    private static var pagesAtMost: Int { 20 }
}

extension WorkloadService {
    /// AWS makes ids up: names neither tell an id nor keep work from being started twice.
    package static var hasMadeUpIDs: Bool { find(name: "", target: "", page: nil) != nil }
}
