import Effects
package import JSON

/// How good the graded advice of one source was: accuracy, calibration, and how often it was unsafe.
package struct AdviceScore: Equatable, Sendable {
    /// `rules`, or a model's id.
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

    /// One for each source, in the order in which they first occur. Of a model's advice what the rules had said counts for
    /// them, so that both stand beside each other on the same failures.
    package static func of(_ advices: [Advice]) -> [AdviceScore] {
        var scores: [AdviceScore] = []
        func count(_ source: String, _ said: JSONValue, _ grade: Advice.Grade, isFollowed: Bool) {
            let index = scores.firstIndex { $0.source == source } ?? scores.count
            if index == scores.count { scores.append(AdviceScore(source: source)) }
            scores[index].add(said, .init(failureClass: grade.failureClass, helped: isFollowed ? grade.helped : nil))
        }
        for advice in advices {
            guard let grade = advice.grade else { continue }
            if let rules = advice.notes["rules"] { count("rules", rules, grade, isFollowed: rules["action"]?.string == advice.action) }
            count(advice.source, advice.notes, grade, isFollowed: true)
        }
        return scores
    }

    /// The same month by month, `2026-11`, the oldest first.
    package static func byMonth(_ advices: [Advice]) -> [(month: String, scores: [AdviceScore])] {
        let months = Dictionary(grouping: advices.filter { $0.grade != nil }) { String($0.time.rfc3339.prefix(7)) }
        return months.sorted { $0.key < $1.key }.map { ($0.key, of($0.value)) }
    }

    private init(source: String) {
        self.source = source
    }

    private mutating func add(_ said: JSONValue, _ grade: Advice.Grade) {
        let isRight = said["class"]?.string == grade.failureClass
        graded += 1
        rightClass += isRight ? 1 : 0
        let isRestart = ["immediate", "delayed"].contains(said["action"]?.string)
        unsafe += isRestart && (grade.helped == false || !isRight && grade.helped != true) ? 1 : 0
        let confidence = said["confidence"]?.string ?? "low"
        byConfidence[confidence, default: Tally()].right += isRight ? 1 : 0
        byConfidence[confidence, default: Tally()].all += 1
    }

    package var json: JSONValue {
        let levels = ["high", "medium", "low"].compactMap { level in
            byConfidence[level].map { JSONValue.Member(level, ["right": JSONValue($0.right), "graded": JSONValue($0.all)]) }
        }
        return ["source": JSONValue(source), "graded": JSONValue(graded), "right_class": JSONValue(rightClass), "unsafe": JSONValue(unsafe), "by_confidence": .object(levels)]
    }

    /// `rules: class right 11 of 12 (92 %), unsafe 0 (0 %); high 9/9, medium 2/3`
    package var text: String {
        let levels = ["high", "medium", "low"].compactMap { level in byConfidence[level].map { "\(level) \($0.right)/\($0.all)" } }
        return "\(source): class right \(rightClass) of \(graded) (\(share(rightClass))), unsafe \(unsafe) (\(share(unsafe))); \(levels.joined(separator: ", "))"
    }

    private func share(_ part: Int) -> String { "\((part * 200 + graded) / max(1, graded * 2)) %" }
}
