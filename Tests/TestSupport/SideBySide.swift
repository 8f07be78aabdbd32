import Foundation

/// Many cases of one test at once, on threads of their own: the testing library runs no more tests beside one another than
/// there are processors, and most of what is tested waits.
package final class SideBySide: @unchecked Sendable {
    private let condition = NSCondition()
    private let count: Int
    private let body: @Sendable (Int) throws -> [String]
    private var next = 0
    private var working: Int
    private var violations: [String] = []

    /// What went wrong in the cases 0..<count, in their own words; nothing when all is well.
    package static func violations(in count: Int, lanes: Int, _ body: @escaping @Sendable (Int) throws -> [String]) -> [String] {
        let all = SideBySide(count, lanes, body)
        for _ in 0..<lanes { Thread { all.work() }.start() }
        return all.wait()
    }

    private init(_ count: Int, _ lanes: Int, _ body: @escaping @Sendable (Int) throws -> [String]) {
        (self.count, working, self.body) = (count, lanes, body)
    }

    private func work() {
        while let number = take() {
            var found: [String]
            do { found = try body(number) } catch { found = ["case \(number): \(error)"] }
            condition.withLock { violations += found }
        }
        condition.withLock {
            working -= 1
            condition.signal()
        }
    }

    private func take() -> Int? {
        condition.withLock {
            guard next < count else { return nil }
            next += 1
            return next - 1
        }
    }

    private func wait() -> [String] {
        condition.withLock {
            while working > 0 { condition.wait() }
            return violations
        }
    }
}
