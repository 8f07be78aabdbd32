import Digest
package import JSON
package import Runs

/// Work as it is to be launched: everything decided but its name, nothing sent.
package struct Launch: Equatable, Sendable {
    /// What runs it: a state machine's ARN, a job queue, the name of a Glue job.
    package let target: String
    /// What makes it the same work, as text: the input of an execution, the parameters of a job.
    package let input: String
    /// The call's parameters but for the name.
    package var parameters: [JSONValue.Member]
    /// Set when AWS answers with the end and shows nothing before or after: nobody finds, stops or continues such work.
    package var unseen: Unseen?

    /// What has to be said of work that AWS does not show.
    package struct Unseen: Equatable, Sendable {
        /// At the start.
        package let caution: String
        /// When the job is killed.
        package let lastWord: String
    }

    package init(target: String, input: String, parameters: [JSONValue.Member]) {
        self.target = target
        self.input = input
        self.parameters = parameters
    }

    /// Of `input` as it goes on the wire.
    package var inputDigest: String { SHA256.hash(Array(input.utf8)).hex }

    /// Nil when AWS does not show what it was started with.
    func hasInput(_ observed: ObservedInput?) -> Bool? {
        switch observed {
        case nil: nil
        case .digest(let digest): digest == inputDigest
        case .json(let value): (try? JSONValue(parsing: input)).map { $0.means(value) }
        }
    }
}

/// The input of existing work, as far as AWS shows it.
package enum ObservedInput: Equatable, Sendable {
    case json(JSONValue)
    /// SHA-256 of the text that it was launched with, which we left there ourselves.
    case digest(String)
}

/// Whose work it is, for AWS to keep beside it.
package struct LaunchMark: Equatable, Sendable {
    package let name: String
    /// Nil for a run on a terminal.
    package let identity: RunIdentity?
    /// Tells one submission from any other.
    package let owner: String

    package init(name: String, identity: RunIdentity?, owner: String) {
        self.name = name
        self.identity = identity
        self.owner = owner
    }
}

/// A request that AWS would refuse, or that cannot be meant.
package struct InvalidRequest: Error, Equatable, Sendable {
    package let reason: String
    package let next: String

    package init(_ reason: String, next: String) {
        self.reason = reason
        self.next = next
    }
}
