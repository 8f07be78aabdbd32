package import Effects
import JSON

/// What Claude has cost today (UTC), kept in one file by all runners of a state directory, and what was learnt about routes.
package struct Ledger {
    private let path: String
    private let folder: String
    private let limits: (tokens: Int, cents: Int)
    private let clock: any Clock

    package init(folder: String, _ settings: ClaudeSettings, clock: any Clock) {
        (self.folder, path) = (folder, folder + "/claude.json")
        limits = (settings.dailyTokens, settings.dailyCents)
        self.clock = clock
    }

    /// One day's account.
    struct Day: Equatable {
        let date: String
        var tokens = 0
        /// Millionths of a US dollar.
        var cost = 0
        /// Why nothing is asked any more today.
        var closed: String?
        /// By route, the rung that was taken.
        var rungs: [String: Rung] = [:]
    }

    /// Takes from the budget what a request may cost at most. Throws when there is not that much left.
    func reserve(tokens: Int, cost: Int) throws(ClaudeFailure) {
        try change { (day) throws(ClaudeFailure) in
            if let reason = day.closed { throw .budget("not asked again today: \(reason)") }
            guard day.tokens + tokens <= limits.tokens else { throw .budget("the day's \(limits.tokens) tokens are used up") }
            guard day.cost + cost <= limits.cents * 10_000 else { throw .budget("the day's budget of \(Double(limits.cents) / 100) US dollars is used up") }
            day.tokens += tokens
            day.cost += cost
        }
    }

    /// Corrects a reservation by what the request has cost, or gives back all of it.
    func settle(tokens: Int, cost: Int) throws(ClaudeFailure) {
        try change { day in
            day.tokens = max(0, day.tokens + tokens)
            day.cost = max(0, day.cost + cost)
        }
    }

    func close(_ reason: String) throws(ClaudeFailure) { try change { $0.closed = reason } }
    func note(_ rung: Rung, of route: String) throws(ClaudeFailure) { try change { $0.rungs[route] = rung } }
    func rung(of route: String) throws(ClaudeFailure) -> Rung? { try today().rungs[route] }

    package func used() throws(ClaudeFailure) -> (tokens: Int, microdollars: Int) {
        let day = try today()
        return (day.tokens, day.cost)
    }

    private func today() throws(ClaudeFailure) -> Day {
        let bytes: [UInt8]?
        do throws(PrivateFileError) { bytes = try PrivateFile(path).readIfPresent(limit: 1 << 16) } catch { throw .ledger("\(error)") }
        let date = String(clock.now.rfc3339.prefix(10))
        guard let bytes else { return Day(date: date) }
        guard let day = (try? JSONValue(parsing: bytes)).flatMap(Day.init) else { throw .ledger("\(path) is damaged; remove it") }
        return day.date == date ? day : Day(date: date)
    }

    private func change(_ change: (inout Day) throws(ClaudeFailure) -> Void) throws(ClaudeFailure) {
        let lock: FileLock
        do throws(FileError) { try createFolder(folder) } catch { throw .ledger("\(error)") }
        do throws(PrivateFileError) { lock = try FileLock(folder + "/claude.lock", patience: .seconds(2)) } catch { throw .ledger("\(error)") }
        var day = try today()
        try change(&day)
        do throws(PrivateFileError) { try PrivateFile(path).replace(Array(day.json.text.utf8)) } catch { throw .ledger("\(error)") }
        lock.release()
    }
}

extension Ledger.Day {
    init?(_ json: JSONValue) {
        guard let date = json["day"]?.string, let tokens = json["tokens"]?.int, let cost = json["microdollars"]?.int, tokens >= 0, cost >= 0 else { return nil }
        let rungs = (json["rungs"]?.members ?? []).compactMap { member in member.value.string.flatMap(Rung.init).map { (member.name, $0) } }
        self.init(date: date, tokens: tokens, cost: cost, closed: json["closed"]?.string, rungs: Dictionary(rungs) { $1 })
    }

    var json: JSONValue {
        [
            "day": JSONValue(date), "tokens": JSONValue(tokens), "microdollars": JSONValue(cost), "closed": JSONValue(closed),
            "rungs": .object(rungs.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, JSONValue($0.value.rawValue)) }),
        ]
    }
}
