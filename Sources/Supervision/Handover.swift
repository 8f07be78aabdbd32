package import Journal
package import JSON

/// What is left behind for the guardian: where the run's journal is, and the work itself should there be no journal.
package struct Handover: Equatable, Sendable {
    package var journal: String?
    package var owner: String
    package var place: JournalRecord.Place
    package var service: String
    /// For the cause that AWS keeps: "AutoSys job PAY run 197/1 (ACE)".
    package var run: String
    package var runner: Int32
    /// Nil until something is about to be started.
    package var target: String?
    package var name: String?
    package var id: String?
    /// `--state` of the runner.
    package var state: String?

    package init(journal: String?, owner: String, place: JournalRecord.Place, service: String, run: String, runner: Int32) {
        self.journal = journal
        self.owner = owner
        self.place = place
        self.service = service
        self.run = run
        self.runner = runner
    }

    package var json: JSONValue {
        [
            "journal": JSONValue(journal), "owner": JSONValue(owner), "place": place.json, "service": JSONValue(service),
            "run": JSONValue(run), "runner": JSONValue(Int(runner)), "target": JSONValue(target), "name": JSONValue(name), "id": JSONValue(id),
            "state": JSONValue(state),
        ]
    }

    package init?(_ json: JSONValue) {
        guard let owner = json["owner"]?.string, let place = JournalRecord.Place(json["place"]), let service = json["service"]?.string,
            let run = json["run"]?.string, let runner = json["runner"]?.int.flatMap(Int32.init(exactly:))
        else { return nil }
        self.init(journal: json["journal"]?.string, owner: owner, place: place, service: service, run: run, runner: runner)
        target = json["target"]?.string
        name = json["name"]?.string
        id = json["id"]?.string
        state = json["state"]?.string
    }
}
