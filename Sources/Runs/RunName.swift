import Digest

/// The name that a run's work has in AWS.
package enum RunName {
    /// `JOB-RUN-TRY-HHHHHHHH`, H the first 8 hexadecimal digits of SHA-256 over instance NUL job NUL AUTORUN, JOB cut so
    /// that the whole has at most `limit` characters. Never changes: a restart finds its work by it.
    package static func derived(_ run: RunIdentity, attempt: Int, limit: Int) -> String {
        let digest = SHA256.hash(Array("\(run.instance)\0\(run.job)\0\(run.autorun)".utf8)).hex.prefix(8)
        let tail = "-\(legal(run.run).prefix(32))-\(attempt)-\(digest)"
        return legal(run.job).prefix(limit - tail.count) + tail
    }

    /// Letters, digits, "-" and "_" stay, anything else becomes "-": what Step Functions, Batch and CloudWatch all allow.
    package static func legal(_ text: String) -> String {
        String(decoding: text.utf8.map { isLegal($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
