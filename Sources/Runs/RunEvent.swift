package import Effects
package import JSON

/// Something that happened to the work, to be shown and recorded.
package struct RunEvent: Equatable, Sendable {
    /// Nil for the moment at which it is shown.
    package var time: Timestamp?
    /// `started`, `state`, `log`, `finished` …; the `kind` of a JSON line.
    package var kind: String
    /// Where it comes from when there is more than one source.
    package var source: String?
    package var message: String
    /// What else a JSON line says.
    package var fields: [JSONValue.Member]

    package init(_ kind: String, at time: Timestamp?, source: String? = nil, _ message: String, fields: [JSONValue.Member] = []) {
        self.kind = kind
        self.time = time
        self.source = source
        self.message = message
        self.fields = fields
    }
}
