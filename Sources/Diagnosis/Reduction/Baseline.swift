/// The kinds of lines that successful runs of a job log, as hashes. What they log as well is no evidence of a failure.
package struct Baseline: Equatable, Sendable {
    private var templates: Set<Template> = []
    /// A run's log with more kinds of lines than this is known by the first of them.
    private static let limit = 500

    package init() {}

    package var isEmpty: Bool { templates.isEmpty }

    /// Whole lines of one run.
    package mutating func add(_ block: [UInt8]) {
        block.withUnsafeBufferPointer { bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n")) where templates.count < Self.limit {
                templates.insert(Template(exact: Self.content(line)))
            }
        }
    }

    package mutating func formUnion(_ other: Baseline) { templates.formUnion(other.templates) }

    package func knows(_ line: [UInt8]) -> Bool {
        !templates.isEmpty && line.withUnsafeBufferPointer { templates.contains(Template(exact: Self.content($0[...]))) }
    }

    /// Without a carriage return at the end.
    private static func content(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }

    /// Hexadecimal hashes with blanks between them, at most 8.5 KB.
    package var text: String { templates.map { String($0.hash, radix: 16) }.sorted().joined(separator: " ") }

    /// What is no hash is passed over.
    package init(text: Substring) {
        templates = Set(text.split(separator: " ").prefix(Self.limit).compactMap { UInt64($0, radix: 16) }.map(Template.init(hash:)))
    }
}

extension LogFindings {
    /// Forgets errors that good runs log as well.
    package mutating func leaveOut(_ usual: Baseline) {
        sightings.removeAll { usual.knows($0.line.bytes) }
        unknown.removeAll { usual.knows($0.line.bytes) }
    }
}
