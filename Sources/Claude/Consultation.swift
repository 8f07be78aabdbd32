import AWS
package import Effects
package import HTTP
import JSON

/// Asks Claude about one failure, within one span of time and the day's budget. Whatever goes wrong is one typed reason.
package struct Consultation {
    private let route: Route
    private let settings: ClaudeSettings
    private let ledger: Ledger
    private let io: IO

    /// What a consultation reaches the world through.
    package struct IO {
        package let transport: any Transport
        package let clock: any Clock
        package let random: Randomness
        /// Ends the waiting as soon as it is readable.
        package var interrupt: Int32?
        /// Looks at every body before it leaves: the name of what must not, nil when it may.
        package let mustNotLeave: ([UInt8]) -> String?
        /// Told of every request (`-v`), never with its content.
        package var trace: ((String) -> Void)?

        package init(
            transport: any Transport, clock: any Clock, random: Randomness, interrupt: Int32? = nil, mustNotLeave: @escaping ([UInt8]) -> String?,
            trace: ((String) -> Void)? = nil
        ) {
            (self.transport, self.clock, self.random, self.interrupt) = (transport, clock, random, interrupt)
            (self.mustNotLeave, self.trace) = (mustNotLeave, trace)
        }
    }

    package init(_ route: Route, _ settings: ClaudeSettings, _ ledger: Ledger, _ io: IO) {
        (self.route, self.settings, self.ledger, self.io) = (route, settings, ledger, io)
    }

    package func notes(on question: Question) throws(ClaudeFailure) -> ModelNotes {
        let exchange = Exchange(route, io, deadline: io.clock.instant + settings.totalTime)
        let name = "\(route.provider.rawValue) \(route.model.id)"
        var request = MessageRequest(
            model: route.model, provider: route.provider, rung: try ledger.rung(of: name) ?? .format, question: question, fence: "log-\(io.random.uuid())")
        var cost = ModelNotes.Cost()
        while true {
            let reply: Reply
            do throws(ClaudeFailure) {
                reply = try send(request, exchange, &cost)
            } catch {
                guard error.speaksOfTheForm, request.repair == nil, let below = request.rung.below else { throw error }
                request.rung = below
                continue
            }
            // What was taken once is taken again: the next failure begins there.
            if request.rung != .format { try ledger.note(request.rung, of: name) }
            if let failure = reply.failure { throw failure }
            let answer: Answer
            do throws(AnswerErrors) {
                answer = try Answer(reply.answer, to: question)
            } catch {
                guard request.repair == nil else { throw .invalidAnswer(error.errors) }
                request.repair = (reply.repeatable, error.errors)
                continue
            }
            return try ModelNotes(answer, to: question, of: route.model, cost)
        }
    }

    /// One request, paid for from the day's budget.
    private func send(_ request: MessageRequest, _ exchange: Exchange, _ cost: inout ModelNotes.Cost) throws(ClaudeFailure) -> Reply {
        let body = Array(request.body.text.utf8)
        if let what = io.mustNotLeave(body) { throw .wouldLeak(what) }
        // Text like this has three to four bytes a token.
        let most = (input: body.count / 3, output: MessageRequest.maxTokens)
        let reserved = (tokens: most.input + most.output, cost: route.model.cost(input: most.input, output: most.output))
        try ledger.reserve(tokens: reserved.tokens, cost: reserved.cost)
        let reply: Reply
        do throws(ClaudeFailure) {
            reply = try exchange.message(body)
        } catch {
            try settle(error, reserved)
            throw error
        }
        let real = (tokens: reply.tokens.input + reply.tokens.output, cost: route.model.cost(input: reply.tokens.input, output: reply.tokens.output))
        try ledger.settle(tokens: real.tokens - reserved.tokens, cost: real.cost - reserved.cost)
        cost.requests += 1
        cost.bytes += body.count
        cost.tokens += real.tokens
        cost.microdollars += real.cost
        return reply
    }

    /// What was refused costs nothing; what got lost may have been answered, and paid for.
    private func settle(_ failure: ClaudeFailure, _ reserved: (tokens: Int, cost: Int)) throws(ClaudeFailure) {
        switch failure {
        case .transport, .outOfTime, .interrupted, .unreadable(status: 200, _): return
        default: try ledger.settle(tokens: -reserved.tokens, cost: -reserved.cost)
        }
        if case .refused(let error) = failure, error.isSpendLimit { try ledger.close(error.code ?? error.type) }
    }
}
