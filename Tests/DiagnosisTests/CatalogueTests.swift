import Diagnosis
import JSON
import Testing
import TestSupport

@Suite struct CatalogueTests {
    @Test func everyClassSaysWhatAnOperatorNeeds() throws {
        let classes = try Catalogue().classes
        #expect(classes.count >= 90)
        for failure in classes {
            #expect(!failure.cause.isEmpty && !failure.fix.isEmpty && !failure.impact.isEmpty && !failure.steps.isEmpty, "\(failure.id)")
            #expect(failure.cause.count <= 160, "\(failure.id)")
            if failure.veto != nil, failure.veto != .credentials { #expect(failure.action != .immediate, "\(failure.id)") }
        }
    }

    @Test func aSiteAddsClassesAndPatterns() throws {
        let site = """
            ; ours
            [FEED_LATE] The custodian's feed is late
            rank 2
            action delayed
            cause The custodian had not sent its file.
            any feed * not yet arrived
            [DISK_FULL]
            action fallback
            any scratch quota of desk * used up
            """
        let catalogue = try Catalogue(site: site, path: "site.catalogue")
        let late = FailureCase(log: "ERROR feed CUST7 not yet arrived").notes(catalogue).verdict
        #expect(late.failure?.id == "FEED_LATE" && late.action == .delayed)
        let full = FailureCase(log: "ERROR scratch quota of desk FX used up").notes(catalogue).verdict
        #expect(full.failure?.id == "DISK_FULL" && full.action == .fallback && full.failure?.title == "No space left on device")
    }

    @Test(arguments: [
        ("any x", "no [CLASS] above"), ("[a b] t", "is no name"), ("[UNKNOWN] t", "is no name"), ("[X]", "has no title"), ("[X] t\nrank 12", "1 to 9"), ("[X] t\naction now", "is no action"),
        ("[X] t\nany *a*b*", "four characters"), ("[X] t\nany {a,b", "braces"), ("[X] t\ncode a", "no exit codes"), ("[X] t\nsay hi", "unknown word"), ("[X] t\nany", "nothing behind"),
    ])
    func aBrokenSiteFileSaysWhere(text: String, reason: String) {
        let error = #expect(throws: CatalogueError.self) { try Catalogue(site: text, path: "s") }
        #expect(error?.reason.contains(reason) == true && error?.place.hasPrefix("s:") == true, "\(String(describing: error))")
    }
}
