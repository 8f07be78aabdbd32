import CPCRE2

/// A Perl-compatible pattern over bytes whose cost is bounded: a pattern that backtracks without end is an error, not a hang.
package final class Pattern {
    /// Steps from one start of a match, and KiB of heap (pcre2api(3), "The match context").
    private static let stepLimit: UInt32 = 100_000
    private static let heapLimit: UInt32 = 4096

    /// Why a text is no pattern, in PCRE2's words; `offset` counts bytes.
    package struct Invalid: Error, Equatable {
        package let reason: String
        package let offset: Int
    }

    /// The pattern cost more than it may on this text: nothing is known of the text.
    package struct TooCostly: Error {}

    private let code: OpaquePointer
    private let places: OpaquePointer
    private let limits: OpaquePointer

    package init(_ text: String) throws(Invalid) {
        var (error, offset): (Int32, Int) = (0, 0)
        let bytes = Array(text.utf8)
        guard let code = awsjob_pattern_compile(bytes, bytes.count, &error, &offset) else {
            var message = [UInt8](repeating: 0, count: 120)
            awsjob_pattern_message(error, &message, message.count)
            throw Invalid(reason: String(decoding: message.prefix { $0 != 0 }, as: UTF8.self), offset: offset)
        }
        guard let places = awsjob_pattern_places(code), let limits = awsjob_pattern_limits(Self.stepLimit, Self.stepLimit, Self.heapLimit) else {
            awsjob_pattern_free(code)
            throw Invalid(reason: "no memory for it", offset: 0)
        }
        (self.code, self.places, self.limits) = (code, places, limits)
    }

    deinit {
        awsjob_pattern_limits_free(limits)
        awsjob_pattern_places_free(places)
        awsjob_pattern_free(code)
    }

    /// The first match at or after `start`: the whole of it and its first group, the whole again when there is none.
    package func firstMatch(in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) throws(TooCostly) -> (whole: Range<Int>, group: Range<Int>)? {
        guard start <= text.count else { return nil }
        let count = awsjob_pattern_match(code, text.baseAddress, text.count, start, places, limits)
        if count == awsjob_pattern_no_match { return nil }
        guard count > 0, let offsets = awsjob_pattern_offsets(places), offsets[0] <= offsets[1] else { throw TooCostly() }
        let whole = Int(offsets[0])..<Int(offsets[1])
        guard count > 1, offsets[2] <= offsets[3], offsets[3] <= text.count else { return (whole, whole) }
        return (whole, Int(offsets[2])..<Int(offsets[3]))
    }
}
