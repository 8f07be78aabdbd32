import Effects
@testable import Supervision
import Testing

@Suite struct ContactTests {
    private func at(_ seconds: Double) -> Instant { Instant(sinceStart: .seconds(seconds)) }

    @Test func onlyUnansweredQuestionsCount() {
        var contact = Contact(giveUpAfter: .seconds(60))
        #expect(!contact.isLost(at: at(10_000)))
        contact.asked(at: at(10_000))
        #expect(!contact.isLost(at: at(10_059)))
        contact.asked(at: at(10_050))
        #expect(contact.isLost(at: at(10_060)))
        #expect(contact.next == at(10_030))
    }

    @Test func warnsOnceThenEveryFiveMinutesAndSaysWhenItIsBack() {
        var contact = Contact(giveUpAfter: .seconds(3600))
        contact.asked(at: at(0))
        #expect(contact.dueWarning(at: at(29)) == nil)
        #expect(contact.dueWarning(at: at(31)) == .seconds(31))
        #expect(contact.dueWarning(at: at(100)) == nil)
        #expect(contact.dueWarning(at: at(340)) == .seconds(340))
        #expect(contact.answered(at: at(400)) == .seconds(400))
        contact.asked(at: at(500))
        #expect(contact.answered(at: at(501)) == nil)
        #expect(contact.next == nil)
    }

    @Test func theRuntimeLimitCountsFromTheStartInAWS() {
        var limit = RuntimeLimit(.seconds(100), elapsed: .seconds(40), now: at(0))
        #expect(!limit.isOver(at: at(59)))
        #expect(limit.isOver(at: at(60)))
        limit.retry(at: at(65))
        #expect(!limit.isOver(at: at(64)))
        limit.stopped()
        #expect(!limit.isOver(at: at(1000)))
        #expect(!RuntimeLimit(nil, elapsed: .zero, now: at(0)).isOver(at: at(1e6)))
    }
}
