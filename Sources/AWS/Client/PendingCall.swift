/// What a state machine of ours asks for; `tag` comes back with the reply.
package struct PendingCall {
    package let tag: Int
    package let request: APICall
    /// Its answer is a word about the work itself. What is asked beside that says nothing about being in contact.
    package let isAboutTheWork: Bool

    package init(tag: Int, request: APICall, isAboutTheWork: Bool = true) {
        self.tag = tag
        self.request = request
        self.isAboutTheWork = isAboutTheWork
    }
}

extension APICall {
    /// One of many reads: it is not repeated at once, the next round comes anyway.
    package var asPoll: APICall {
        var call = self
        (call.attempts, call.timeout) = (1, .seconds(20))
        return call
    }
}
