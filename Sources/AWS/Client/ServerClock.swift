import Effects
import HTTP

/// The clock of AWS beside ours, from the `Date` of its replies.
struct ServerClock {
    /// AWS's minus ours.
    private(set) var skew: Duration = .zero
    /// Some reply has told.
    private(set) var isKnown = false

    /// A request signed that far off is refused.
    static let tolerance = Duration.seconds(240)

    /// Measured against the middle of the exchange. A cached reply (`Age`) or a slow one says nothing.
    mutating func note(_ response: Response, sentAt: Timestamp, receivedAt: Timestamp) {
        let roundTrip = receivedAt - sentAt
        guard response.header("age") == nil, roundTrip >= .zero, roundTrip <= .seconds(900),
            let date = response.header("date").flatMap(Timestamp.init(httpDate:))
        else { return }
        let measured = date - (sentAt + .milliseconds(roundTrip.milliseconds / 2))
        // `Date` has whole seconds; a difference that small is no difference.
        skew = abs(measured.inSeconds) < 2 ? .zero : measured
        isKnown = true
    }
}
