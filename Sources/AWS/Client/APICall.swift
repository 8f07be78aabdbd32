package import HTTP
package import JSON

/// One AWS operation to perform, as a value: services describe calls, only `Caller` performs them.
package struct APICall: Sendable {
    package let service: Service
    package let operation: String
    package let body: [UInt8]
    /// From start to last byte of one attempt.
    package var timeout: Duration = .seconds(30)
    package var attempts = RetryPolicy.attempts
    /// A stop that cannot wait: signed with the keys at hand, sent once.
    package var isUrgent = false
    /// False: a second request would do it a second time, so it is sent again only when AWS has not seen the first.
    package var isRepeatable = true
    /// The reply is handed over as it came, not as a value.
    package var wantsBody = false
    /// On a connection of its own, to the address that answered last.
    package var usesFreshConnection = false
    /// Where the operation is, when not in the region of the run.
    package var region: String?
    /// What stands before the host for this operation: "sync-".
    package var hostPrefix = ""

    package init(_ service: Service, _ operation: String, _ parameters: JSONValue) {
        self.service = service
        self.operation = operation
        body = service.body(operation, parameters)
    }

    /// The IAM action: "states:StartExecution".
    package var action: String { "\(service.name):\(operation)" }
}

/// An error that AWS itself reported.
package struct ServiceError: Equatable, Sendable {
    /// Without namespace and URL: "ExecutionDoesNotExist".
    package let code: String
    package let message: String
    package let status: Int
    package let requestID: String?
    /// The keys that the request was signed with, without their secrets; nil where none were.
    package var keys: KeyOrigin?

    package init(code: String, message: String, status: Int, requestID: String?) {
        self.code = code
        self.message = message
        self.status = status
        self.requestID = requestID
    }
}

/// Which keys were used, as far as people may know.
package struct KeyOrigin: Equatable, Sendable {
    /// "environment", "profile etl".
    package let source: String
    /// The first four characters of the access key id: AKIA for a user's own, ASIA for temporary ones.
    package let kind: String
    package let hasSessionToken: Bool

    init(_ keys: Credentials) {
        (source, kind, hasSessionToken) = (keys.source, String(keys.accessKeyID.prefix(4)), keys.sessionToken != nil)
    }
}

extension ServiceError {
    /// Without our keys, wherever the message quotes them.
    func hiding(_ secrets: [String]) -> ServiceError {
        let hidden = secrets.filter { $0.count >= 8 }.reduce(message) { $0.replacing($1, with: "[hidden]") }
        return ServiceError(code: code, message: hidden, status: status, requestID: requestID)
    }

    func signed(with keys: KeyOrigin?) -> ServiceError {
        var error = self
        error.keys = keys
        return error
    }
}

/// Why a call has no answer.
package enum CallError: Error, Equatable, Sendable {
    case service(ServiceError, action: String)
    /// `origin`: where the call went.
    case transport(TransportError, origin: Origin?)
    /// A reply that is not what AWS sends: half a body.
    case unreadable(detail: String, status: Int, requestID: String?, origin: Origin?)
    /// A page that AWS did not write: a proxy's, a portal's.
    case foreign(contentType: String?, status: Int, origin: Origin?)
    case credentials(CredentialChain.Failure)
    case settings(SettingsError)

    /// The code of a service error.
    package var code: String? {
        if case .service(let error, _) = self { error.code } else { nil }
    }
}
