package import JSON

/// How good the graded advice of one source was.
package struct AdviceScore: Equatable, Sendable {
    package let source: String
    package private(set) var graded = 0
    package private(set) var rightClass = 0
    /// A restart was advised at once or later, and did not help or was for another cause.
    package private(set) var unsafe = 0
    /// Right classes of all, by confidence.
    package private(set) var byConfidence: [String: Tally] = [:]

    package struct Tally: Equatable, Sendable {
        package fileprivate(set) var right = 0
        package fileprivate(set) var all = 0
    }

    /// One for each source, in the order in which they first occur.
    package static func of(_ advices: [Advice]) -> [AdviceScore] {
        var scores: [AdviceScore] = []
        for advice in advices {
            guard let grade = advice.grade else { continue }
            let index = scores.firstIndex { $0.source == advice.source } ?? scores.count
            if index == scores.count { scores.append(AdviceScore(source: advice.source)) }
            scores[index].add(advice, grade)
        }
        return scores
    }

    private init(source: String) {
        self.source = source
    }

    private mutating func add(_ advice: Advice, _ grade: Advice.Grade) {
        let isRight = grade.failureClass == advice.failureClass
        graded += 1
        rightClass += isRight ? 1 : 0
        let isRestart = ["immediate", "delayed"].contains(advice.action)
        unsafe += isRestart && (grade.helped == false || !isRight && grade.helped != true) ? 1 : 0
        byConfidence[advice.confidence, default: Tally()].right += isRight ? 1 : 0
        byConfidence[advice.confidence, default: Tally()].all += 1
    }

    package var json: JSONValue {
        let levels = ["high", "medium", "low"].compactMap { level in
            byConfidence[level].map { JSONValue.Member(level, ["right": JSONValue($0.right), "graded": JSONValue($0.all)]) }
        }
        return ["source": JSONValue(source), "graded": JSONValue(graded), "right_class": JSONValue(rightClass), "unsafe": JSONValue(unsafe), "by_confidence": .object(levels)]
    }

    /// `rules: class right 11 of 12, unsafe 0; high 9/9, medium 2/3`
    package var text: String {
        let levels = ["high", "medium", "low"].compactMap { level in byConfidence[level].map { "\(level) \($0.right)/\($0.all)" } }
        return "\(source): class right \(rightClass) of \(graded), unsafe \(unsafe); \(levels.joined(separator: ", "))"
    }
}
