import Foundation
import TestSupport

/// What goes wrong with one call, as the scripted server does it.
enum FaultKind: String, CaseIterable, Sendable {
    case replyLost = "reply_lost", reset, serverError, storm, hang, hangAfter = "hang_after", truncated = "truncate", garbage, drip
    case stale, expired, skewed

    /// The run waits for a deadline of its own, up to 30 s.
    var isLong: Bool { self == .hang || self == .hangAfter }

    /// Ordered for the calls of one access key; `skip` of them pass first.
    func order(_ action: String, skip: Int, key: String) -> String { order(action, skip: skip, whose: #""key":"\#(key)""#) }

    /// For the calls that hold this text.
    func order(_ action: String, holding text: String) -> String { order(action, skip: 0, whose: #""holds":"\#(text)""#) }

    private func order(_ action: String, skip: Int, whose: String) -> String {
        let (kind, times, rest) = words
        return #"{"action":"\#(action)","kind":"\#(kind)","times":\#(times),"skip":\#(skip + (self == .stale ? 1 : 0)),\#(whose)\#(rest)}"#
    }

    /// An old answer needs a question that is asked more than once.
    func suits(_ action: String) -> Bool {
        self != .stale || ["DescribeExecution", "DescribeJobs", "GetJobRun", "GetExecutionHistory", "FilterLogEvents"].contains(action)
    }

    private var words: (kind: String, times: Int, rest: String) {
        switch self {
        case .serverError: ("error", 2, #","status":503,"code":"ServiceUnavailableException""#)
        case .storm: ("error", 4, #","status":429,"code":"ThrottlingException","message":"Rate exceeded""#)
        case .drip: ("drip", 1, #","seconds":0.002"#)
        case .stale: ("replayed", 3, "")
        case .expired: ("error", 2, #","status":403,"code":"ExpiredTokenException","message":"The security token included in the request is expired""#)
        case .skewed: ("skew", 3, #","seconds":900"#)
        default: (rawValue, 1, "")
        }
    }
}

/// One cell of the fault matrix: what a run does when one call of it goes wrong in one way.
struct FaultCase: Sendable {
    enum Scenario: String, Sendable {
        /// From the start to the end; the same with the work's log; the same with keys of a role.
        case follow, logs, role
        /// Stopped by `--max-runtime`, by SIGTERM, and by the guardian after SIGKILL.
        case limit, kill, guardian
        /// The guardian looks for a start whose reply never came.
        case search
        /// A second runner of the same try on this host, and on one that knows nothing of the first.
        case adopt, elsewhere
        /// A new try that continues failed work.
        case redrive
    }

    let scenario: Scenario
    let workload: Workload
    let action: String
    let skip: Int
    let kind: FaultKind

    /// Most of the time goes into waiting.
    var isLong: Bool { kind.isLong || scenario == .logs }

    static let all: [FaultCase] = points.flatMap { point in
        FaultKind.allCases.filter { $0.suits(point.2) && !($0 == .stale && isAskedOnce(point)) }.map {
            FaultCase(scenario: point.0, workload: point.1, action: point.2, skip: point.3, kind: $0)
        }
    }

    private static func isAskedOnce(_ point: (Scenario, Workload, String, Int)) -> Bool {
        point.2 == "DescribeExecution" && (point.0 == .follow || point.0 == .elsewhere)
    }

    /// All cases, or of what is not the first place of a call those with the two faults that hurt most.
    static func chosen(isComplete: Bool) -> [FaultCase] {
        var places: Set<String> = []
        let first = all.filter { $0.kind == .replyLost }.filter { places.insert($0.action).inserted }.map(\.place)
        return all.filter { isComplete || first.contains($0.place) || $0.kind == .replyLost || $0.kind == .hang }
    }

    /// Every call that a run makes, where it makes it.
    private static let points: [(Scenario, Workload, String, Int)] =
        Workload.allCases.flatMap { workload -> [(Scenario, Workload, String, Int)] in
            [
                (.follow, workload, workload.start, 0), (.follow, workload, workload.observe, 0), (.limit, workload, workload.stop, 0),
                (.kill, workload, workload.stop, 0), (.guardian, workload, workload.stop, 0), (.guardian, workload, workload.observe, 0),
                (.adopt, workload, workload.observe, 0), (.elsewhere, workload, workload.observe, 0),
            ] + (workload.find.map { [(.search, workload, $0, 0), (.elsewhere, workload, $0, 0), (.follow, workload, $0, 0)] } ?? [])
        } + [
            (.follow, .stepFunctions, "GetExecutionHistory", 0), (.follow, .stepFunctions, "GetExecutionHistory", 1), (.search, .stepFunctions, "DescribeExecution", 0),
            (.elsewhere, .stepFunctions, "StartExecution", 0), (.redrive, .stepFunctions, "RedriveExecution", 0), (.redrive, .stepFunctions, "DescribeExecution", 0),
            (.follow, .batch, "DescribeJobs", 2), (.follow, .glue, "GetJobRun", 2), (.role, .stepFunctions, "AssumeRole", 0),
            (.logs, .batch, "FilterLogEvents", 0), (.logs, .batch, "GetLogEvents", 0), (.logs, .glue, "FilterLogEvents", 1),
        ]

    private var place: String { "\(workload.rawValue) \(scenario.rawValue), \(action)[\(skip)]" }
    var text: String { "\(place) \(kind.rawValue)" }
}
