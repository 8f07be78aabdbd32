import AWS
import Effects
import Testing

@Suite struct PollPaceTests {
    private func pace(giveUpAfter: Duration = .seconds(1800)) -> PollPace {
        PollPace(first: .seconds(2), longest: .seconds(120), giveUpAfter: giveUpAfter, random: Randomness { 0.5 })
    }

    @Test func growsByHalfUpToTheLongest() {
        var pace = pace()
        let pauses = (0..<14).map { _ in pace.next().inSeconds }
        #expect(pauses.prefix(3).map { ($0 * 10).rounded() } == [20, 30, 45])
        #expect(pauses.last == 120)
    }

    @Test func staysWellBelowTheTimeToGiveUp() {
        var pace = pace(giveUpAfter: .seconds(60))
        for _ in 0..<20 { _ = pace.next() }
        #expect(pace.afterFailure() == .seconds(7.5))
    }
}
