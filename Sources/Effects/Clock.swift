import Glibc

/// A point on a clock that never jumps, for waits and durations. Only differences mean anything.
package struct Instant: Comparable, Hashable, Sendable {
    package var sinceStart: Duration

    package init(sinceStart: Duration) {
        self.sinceStart = sinceStart
    }

    package static func < (a: Instant, b: Instant) -> Bool { a.sinceStart < b.sinceStart }
    package static func + (a: Instant, b: Duration) -> Instant { Instant(sinceStart: a.sinceStart + b) }
    package static func - (a: Instant, b: Instant) -> Duration { a.sinceStart - b.sinceStart }
}

package protocol Clock {
    /// The wall clock. It may jump.
    var now: Timestamp { get }
    /// The steady clock; it goes on while the host sleeps.
    var instant: Instant { get }
}

package struct SystemClock: Clock, Sendable {
    package init() {}

    package var now: Timestamp {
        let (seconds, nanoseconds) = Self.read(CLOCK_REALTIME)
        return Timestamp(millisecondsSinceEpoch: seconds * 1000 + nanoseconds / 1_000_000)
    }

    package var instant: Instant {
        let (seconds, nanoseconds) = Self.read(CLOCK_BOOTTIME)
        return Instant(sinceStart: .seconds(seconds) + .nanoseconds(nanoseconds))
    }

    private static func read(_ clock: clockid_t) -> (Int64, Int64) {
        var time = timespec()
        clock_gettime(clock, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }
}
