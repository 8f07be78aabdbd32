/// What a state machine of ours asks for; `tag` comes back with the reply.
package struct PendingCall {
    package let tag: Int
    package let request: APICall

    package init(tag: Int, request: APICall) {
        self.tag = tag
        self.request = request
    }
}
