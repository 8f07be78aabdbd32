import Glibc
import JSON

/// What a site says of its jobs: how much hangs on each, which jobs wait for it, and which it waits for.
package struct JobList: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// A pattern of job names as in a shell.
        let name: String
        /// In the site's own word.
        package let criticality: String?
        package let downstream: [String]
        package let upstream: [String]
    }

    private let entries: [Entry]
    /// Jobs that an entry may wait for: each is a question to the history.
    private static let upstreamLimit = 10

    package init() { entries = [] }

    /// `{"jobs": [{"name", "criticality", "downstream", "upstream"}]}`
    package init(_ text: [UInt8]) throws(SiteFileProblem) {
        entries = try SiteFile.list("jobs", text, named: "job", Self.entry)
    }

    private static func entry(_ json: JSONValue) throws(SiteFileProblem) -> Entry {
        try SiteFile.check(json, ["name", "criticality", "downstream", "upstream"])
        guard let name = json["name"]?.string, !name.isEmpty else { throw .init(reason: "'name' is missing") }
        if let word = json["criticality"], word.string.map({ $0.isEmpty || $0.utf8.count > 40 }) ?? true { throw .init(reason: "'criticality' is no short word") }
        let upstream = try SiteFile.words("upstream", of: json)
        guard upstream.count <= upstreamLimit else { throw .init(reason: "'upstream' has more than \(upstreamLimit) jobs") }
        return Entry(name: name, criticality: json["criticality"]?.string, downstream: try SiteFile.words("downstream", of: json), upstream: upstream)
    }

    /// The first that fits.
    package func entry(for job: String) -> Entry? { entries.first { fnmatch($0.name, job, 0) == 0 } }
}
