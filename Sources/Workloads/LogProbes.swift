import AWS
import JSON

/// Reads of a log stream that does not exist. One of the two permissions is enough, and no run fails without.
enum LogProbes {
    static func of(group: String) -> [Probe] {
        let place: [JSONValue.Member] = [.init("logGroupName", JSONValue(group)), .init("limit", 1)]
        return [
            Probe(APICall(.logs, "FilterLogEvents", .object(place + [.init("logStreamNames", .array([JSONValue(Probe.nobody)]))])), isNeeded: false, isExact: false),
            Probe(APICall(.logs, "GetLogEvents", .object(place + [.init("logStreamName", JSONValue(Probe.nobody))])), isNeeded: false, isExact: false),
        ]
    }
}
