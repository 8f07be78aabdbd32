import Foundation
import TestSupport
import Testing

/// Nothing of the public data for credentials, endpoints and retries is passed over in silence.
@Suite struct FixtureCoverageTests {
    /// Read by a test that counts its cases.
    private static let run = [
        "credentials/aws-c-auth/profile-fuzz-corpus/", "credentials/botocore/cfg/", "credentials/botocore/configured_endpoint_urls/profile-tests.json",
        "credentials/smithy-rs/aws-config/test-data/assume-role-tests.json", "credentials/smithy-rs/aws-config/test-data/default-credential-provider-chain/",
        "credentials/smithy-rs/aws-config/test-data/ecs-tests.json", "credentials/smithy-rs/aws-config/test-data/imds-config/imds-endpoint-tests.json",
        "credentials/smithy-rs/aws-config/test-data/profile-provider/", "credentials/smithy-rs/aws-runtime/test-data/credential-refresh-tests.json",
        "credentials/smithy-rs/aws-runtime/test-data/file-location-tests.json", "credentials/smithy-rs/aws-runtime/test-data/profile-parser-tests.json",
        "endpoints/botocore/", "endpoints/botocore-1.43.11-endpoint-table.txt", "retry/clock-skew-test-cases.json",
    ]
    private static let left = [
        "credentials/smithy-rs/aws-config/test-data/default-token-provider-chain/": "bearer tokens instead of signatures: no service that is called takes them",
        "credentials/smithy-rs/aws-config/test-data/login-provider-test-cases.json": "sessions of aws login are a person's: such a profile is refused",
        "credentials/smithy-rs/aws-runtime/test-data/recursion-detection.json": "the trace of a Lambda function: the program runs in none",
        "endpoints/aws-c-sdkutils/": "an engine for endpoint rules: ours are data of their own",
    ]

    @Test func everyFileIsReadOrListed() throws {
        var read = 0
        var skipped: [String: Int] = [:]
        for family in ["credentials", "endpoints", "retry"] {
            guard let folder = Repository.fixtures(family) else { return }
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
                let (file, name) = (folder.appending(path: path), "\(family)/\(path)")
                let isFolder = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
                if isFolder || ["MANIFEST.md", "LICENSE", "LICENSE.txt", "NOTICE"].contains(file.lastPathComponent) { continue }
                if let (place, reason) = Self.left.first(where: { name.hasPrefix($0.key) }) {
                    skipped["\(place): \(reason)", default: 0] += 1
                } else {
                    let isRun = Self.run.contains { name.hasPrefix($0) }
                    #expect(isRun, "\(name) is read by no test")
                    read += isRun ? 1 : 0
                }
            }
        }
        let counts = skipped.sorted { $0.key < $1.key }.map { "  not applicable (\($0.value)): \($0.key)" }
        printAtOnce(["public data: \(read) files read by tests, \(skipped.values.reduce(0, +)) not applicable"] + counts)
    }
}
