// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A Swift floor of the house; imports point down only (README, "Architecture").
func floor(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: resources, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "awsjob",
    products: [.executable(name: "awsjob", targets: ["awsjob"])],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")],
    targets: [
        // 0: system libraries and the few lines of C
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CPosix"),
        // Loaded when they are needed, not linked.
        .target(name: "CCurl"),
        .target(name: "CCrypto"),
        .target(name: "CGuardian"),
        // 1
        floor("Effects", ["CPosix"]),
        floor("JSON", []),
        floor("Digest", ["CCrypto"]),
        floor("SQLite", ["CSQLite"]),
        floor("Patterns", ["CPCRE2"]),
        // 2
        floor("HTTP", ["Effects", "CCurl"]),
        floor("Parameters", ["JSON"]),
        floor("Diagnosis", ["JSON"]),
        floor("Redaction", ["Patterns"]),
        // 3
        floor("AWS", ["HTTP", "JSON", "Effects", "Digest"]),
        floor("Runs", ["JSON", "Effects", "Digest"]),
        // 4
        floor("Journal", ["Runs", "JSON", "Effects"]),
        floor("Governance", ["JSON", "Effects", "Digest"]),
        floor("History", ["Journal", "Runs", "AWS", "SQLite", "JSON", "Effects"]),
        floor("Workloads", ["Runs", "AWS", "Parameters", "JSON", "Digest", "Effects", argumentParser]),
        floor("Claude", ["AWS", "HTTP", "Diagnosis", "JSON", "Effects"]),
        // 5
        floor("Supervision", ["Workloads", "History", "Journal", "Runs", "AWS", "HTTP", "JSON", "Digest", "Effects"]),
        // 6
        .executableTarget(
            name: "awsjob",
            dependencies: [
                "Supervision", "History", "Workloads", "Journal", "Runs", "AWS", "HTTP", "Governance", "Claude", "Diagnosis", "Redaction", "JSON", "Digest",
                "Effects", "CGuardian", argumentParser,
            ],
            swiftSettings: strict),

        // Built by `make bench`, installed by nobody.
        .executableTarget(
            name: "signing-bench", dependencies: ["AWS", "HTTP", "Effects"], path: "Tests/Benchmarks/Signing", swiftSettings: strict),
        // A run of a day in simulated time, for the tests of its memory.
        .executableTarget(
            name: "simulated-day", dependencies: ["Supervision", "History", "Workloads", "Journal", "Runs", "AWS", "HTTP", "JSON", "Effects"],
            path: "Tests/SimulatedDay", swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["JSON"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("EffectsTests", ["Effects"]),
        tests("JSONTests", ["JSON"]),
        tests("HTTPTests", ["HTTP", "Effects"]),
        tests("ParametersTests", ["Parameters", "JSON"], resources: ["Vectors"]),
        tests("DiagnosisTests", ["Diagnosis", "JSON"], resources: ["Failures"]),
        tests("AWSTests", ["AWS", "HTTP", "JSON", "Digest", "Effects", "TestSupport"], resources: ["Oracle"]),
        tests("RedactionTests", ["Redaction", "Patterns", "TestSupport"], resources: ["Cases"]),
        tests("WorkloadsTests", ["Workloads", "Runs", "AWS", "HTTP", "JSON", "Effects", "TestSupport"]),
        tests("ClaudeTests", ["Claude", "Diagnosis", "AWS", "HTTP", "JSON", "Effects", "TestSupport"], resources: ["Injections"]),
        tests("JournalTests", ["Journal", "Runs", "JSON", "Effects"]),
        tests("GovernanceTests", ["Governance", "JSON", "Effects", "TestSupport"]),
        tests("HistoryTests", ["History", "Journal", "SQLite", "AWS", "HTTP", "Runs", "JSON", "Effects", "TestSupport"]),
        tests("SupervisionTests", ["Supervision", "Effects"]),
        tests("IntegrationTests", ["JSON", "TestSupport"]),
        tests("ProcessTests", ["JSON", "TestSupport"]),
        tests("HouseTests", ["Claude", "Workloads", "History", "JSON", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
