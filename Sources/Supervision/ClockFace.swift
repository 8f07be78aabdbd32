import Effects

/// The time in front of a line, in bytes. Lines come in the order of time, mostly many to a second.
struct ClockFace {
    private var second: Int64?
    /// `2026-11-21T01:02:03.004Z `
    private(set) var bytes: [UInt8] = []

    mutating func set(_ time: Timestamp) {
        let milliseconds = time.millisecondsSinceEpoch
        guard milliseconds >= 0, second == milliseconds / 1000, bytes.count == 25 else {
            bytes = Array((time.rfc3339 + " ").utf8)
            second = milliseconds / 1000
            return
        }
        let fraction = Int(milliseconds % 1000)
        bytes[20] = UInt8(0x30 + fraction / 100)
        bytes[21] = UInt8(0x30 + fraction / 10 % 10)
        bytes[22] = UInt8(0x30 + fraction % 10)
    }
}
