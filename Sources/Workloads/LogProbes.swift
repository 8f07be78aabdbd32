import AWS
import JSON

/// Reads of a log stream that does not exist. One of the two permissions is enough, and no run fails without.
enum LogProbes {
    static func of(group: String) -> [Probe] {
        let place: [JSONValue.Member] = [.init("logGroupName", JSONValue(group)), .init("limit", 1)]
        let filter: [JSONValue.Member] = place + [.init("logStreamNames", .array([JSONValue(Probe.nobody)]))]
        let get: [JSONValue.Member] = place + [.init("logStreamName", JSONValue(Probe.nobody))]
        return [
            Probe(APICall(.logs, "FilterLogEvents", .object(filter)), isNeeded: false, isExact: false, proof: ["ResourceNotFoundException"]),
            Probe(APICall(.logs, "GetLogEvents", .object(get)), isNeeded: false, isExact: false, proof: ["ResourceNotFoundException"]),
        ]
    }
}
