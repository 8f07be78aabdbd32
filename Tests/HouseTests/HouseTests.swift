import Claude
import Foundation
import History
import JSON
import Testing
import TestSupport
import Workloads

/// The rules of the house, held by reading the sources.
@Suite struct HouseTests {
    private func sources() throws -> [(path: String, text: String)] {
        let folder = Repository.root.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return try files.filter { $0.pathExtension == "swift" }.map {
            (String($0.path.dropFirst(folder.path.count + 1)), try String(contentsOf: $0, encoding: .utf8))
        }
    }

    @Test func bannedCallsStandOnlyInTheirOneFile() throws {
        let allowed: [String: Set<String>] = [
            "getenv(": [], " exit(": [], " _exit(": ["awsjob/Main.swift"], " print(": [], "Task {": [], "DispatchQueue": [], "@unchecked": [],
            "try!": [], "as!": [], "fatalError(": [], "precondition(": ["Digest/SHA256.swift"], "import Foundation": [], "import Dispatch": [], "clock_gettime(": ["Effects/Clock.swift"],
            "TODO": [], "FIXME": [],
        ]
        let sources = try sources()
        #expect(sources.count > 50)
        for (path, text) in sources {
            for (call, files) in allowed where !files.contains(path) && text.contains(call) {
                // `console.print(` and the declaration of it are no print to stdout.
                if call == " print(", text.contains("func print(") { continue }
                Issue.record("\(path) has \(call)")
            }
        }
    }

    @Test func filesStayShort() throws {
        for (path, text) in try sources() {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 400, "\(path) has \(lines) lines")
        }
    }

    @Test func thePolicyAllowsWhatTheCodeCallsAndNothingElse() throws {
        for (name, allowed) in Services.all.map({ service in (service.name, service.actions) }) + [("history", DynamoDBHistory.actions)] {
            let policy = try JSONValue(parsing: Repository.text("iam/\(name).json"))
            let actions = (policy["Statement"]?.array ?? []).flatMap { statement -> [String] in
                statement["Action"]?.string.map { [$0] } ?? statement["Action"]?.array?.compactMap(\.string) ?? []
            }
            #expect(Set(actions) == allowed)
            #expect(actions.count == Set(actions).count)
        }
    }

    @Test func everyCallOfAServiceIsAmongItsActions() throws {
        let prefixes = ["stepFunctions": "states", "batch": "batch", "logs": "logs", "glue": "glue", "ecs": "ecs", "sts": "sts", "dynamoDB": "dynamodb", "secretsManager": "secretsmanager"]
        var all: Set<String> = ["batch:TagResource"]
        for (path, text) in try sources() {
            let called = text.matches(of: /APICall\(\s*\.(\w+), "(\w+)"/).map { "\(prefixes[String($0.output.1)] ?? "?"):\($0.output.2)" }
            // AWS tells everybody who they are.
            all.formUnion(called.filter { $0 != "sts:GetCallerIdentity" })
            for service in Services.all where path.lowercased().hasPrefix("workloads/\(service.name)/") {
                #expect(Set(called).isSubset(of: service.actions), "\(path)")
            }
        }
        #expect(all == Services.all.reduce(into: DynamoDBHistory.actions.union(["secretsmanager:GetSecretValue"])) { $0.formUnion($1.actions) })
    }

    @Test func thePolicyForClaudeAllowsWhatItsRoutesNeed() throws {
        let policy = try JSONValue(parsing: Repository.text("iam/claude.json"))
        let actions = (policy["Statement"]?.array ?? []).flatMap { $0["Action"]?.string.map { [$0] } ?? $0["Action"]?.array?.compactMap(\.string) ?? [] }
        #expect(Set(actions) == Route.actions.union(["secretsmanager:GetSecretValue"]))
    }

    @Test func neitherFullFoundationNorWhatIsLoadedLaterIsLinked() throws {
        let run = try ChildRun(["ldd", Repository.awsjob], environment: ["PATH": "/usr/bin:/bin"])
        _ = try run.wait()
        #expect(run.stdout.contains("libsqlite3"))
        #expect(!run.stdout.contains("libcurl") && !run.stdout.contains("libcrypto"))
        #expect(!run.stdout.contains("libFoundation.so"))
        #expect(!run.stdout.contains("libFoundationInternationalization"))
    }

    @Test func theReadmeNamesEveryOptionAndNoOther() throws {
        let readme = try Repository.text("README.md")
        var known: Set<String> = []
        let services = Services.all.map { service in service.name }
        for command in services + ["attach", "status", "stop", "logs", "orphans", "explain", "redact", "doctor", "advice list", "advice show", "advice approve", "advice reject", "advice grade", "advice verify", "exec", "history", "history list", "history show", "history init", "history export", "history prune"] {
            let help = try ChildRun([Repository.awsjob] + command.split(separator: " ").map(String.init) + ["--help"], environment: ["PATH": "/usr/bin:/bin"])
            #expect(try help.wait() == .exited(0))
            known.formUnion(help.stdout.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
        }
        let named = Set(readme.matches(of: /`(--[a-z][a-z-]+)/).map { String($0.output.1) })
        #expect(known.subtracting(named).isEmpty, "not in README: \(known.subtracting(named).sorted())")
        let foreign: Set<String> = ["--query", "--output", "--no-verify-ssl", "--no-sign-request", "--awsjob-run"]
        #expect(named.subtracting(known).subtracting(foreign).isEmpty, "only in README: \(named.subtracting(known).sorted())")
    }
}
