import AWS
import HTTP
import JSON
import Testing
import TestSupport

/// Endpoints that users configure: which setting wins, and what is refused.
@Suite struct ConfiguredEndpointTests {
    /// botocore's tests/functional/configured_endpoint_urls.
    @Test func botocoreCases() throws {
        guard let suites = try fixture("credentials/botocore/configured_endpoint_urls/profile-tests.json")?["testSuites"]?.array else { return }
        let s3 = Service("s3", environmentSuffix: "S3", wire: .other)
        var tally = Tally()
        for suite in suites {
            for sample in suite["endpointUrlTests"]?.array ?? [] {
                let client = suite["client_configs"]?[sample["client_config"]?.string ?? ""]
                var variables = Self.strings(suite["environments"]?[sample["environment"]?.string ?? ""])
                variables["AWS_PROFILE"] = sample["profile"]?.string
                if client?["ignore_configured_endpoint_urls"]?.bool == true { variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true" }
                let settings = try ClientSettings(
                    region: "fake-region-10", endpointURL: client?["endpoint_url"]?.string, environment: variables, config: Self.file(suite))
                let found = try settings.endpoint(of: sample["service"]?.string == "s3" ? s3 : .dynamoDB).url
                #expect(found == sample["output"]?["endpointUrl"]?.string, "\(sample["name"]?.string ?? "")")
                tally.passed += found == sample["output"]?["endpointUrl"]?.string ? 1 : 0
            }
        }
        tally.report("configured endpoints")
        #expect(tally.passed == 39)
    }

    /// The suite's profiles and services as an INI file.
    private static func file(_ suite: JSONValue) -> String {
        let profiles = (suite["profiles"]?.members ?? []).map { profile in
            "[profile \(profile.name)]\n" + strings(profile.value).map { "\($0.key) = \($0.value)\n" }.joined()
        }
        let services = (suite["services"]?.members ?? []).map { section in
            "[services \(section.name)]\n"
                + (section.value.members ?? []).map { "\($0.name) =\n" + strings($0.value).map { "  \($0.key) = \($0.value)\n" }.joined() }.joined()
        }
        return (profiles + services).joined()
    }

    private static func strings(_ object: JSONValue?) -> [String: String] {
        Dictionary((object?.members ?? []).map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { $1 })
    }

    @Test func aServiceSectionNamesServicesAsTheSDKsDo() throws {
        let config = """
            [default]
            services = local
            use_fips_endpoint = false
            [services local]
            cloudwatch_logs =
              endpoint_url = http://localhost:1
            sfn =
              endpoint_url = http://localhost:2/prefix/
            """
        let settings = try ClientSettings(region: "eu-west-1", config: config)
        #expect(try settings.endpoint(of: .logs).url == "http://localhost:1")
        #expect(try settings.endpoint(of: .stepFunctions).url == "http://localhost:2/prefix")
        #expect(try settings.endpoint(of: .batch).url == "https://batch.eu-west-1.amazonaws.com")
    }

    @Test(arguments: [
        (["AWS_USE_FIPS_ENDPOINT": "yes"], ""), (["AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL": "https://example.com"], ""),
        ([:], "[default]\nuse_dualstack_endpoint = true\nendpoint_url = https://example.com"), ([:], "[default]\nservices = missing"),
        (["AWS_ENDPOINT_URL": "ftp://example.com"], ""),
    ])
    func refused(variables: [String: String], config: String) throws {
        let settings = try ClientSettings(region: "eu-west-1", environment: variables, config: config)
        #expect(throws: SettingsError.self) { try settings.endpoint(of: .batch) }
    }

    @Test func variantsComeFromTheProfileAndTheEnvironmentWins() throws {
        let config = "[default]\nuse_fips_endpoint = True\nuse_dualstack_endpoint = true"
        #expect(try ClientSettings(region: "us-east-1", config: config).endpoint(of: .batch).url == "https://batch-fips.us-east-1.api.aws")
        let plain = try ClientSettings(region: "us-east-1", environment: ["AWS_USE_DUALSTACK_ENDPOINT": "false"], config: config)
        #expect(try plain.endpoint(of: .batch).url == "https://fips.batch.us-east-1.amazonaws.com")
        let ignored = try ClientSettings(
            region: "us-east-1", environment: ["AWS_ENDPOINT_URL": "https://example.com", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"])
        #expect(try ignored.endpoint(of: .batch).url == "https://batch.us-east-1.amazonaws.com")
    }

    @Test func aVPCEndpointServesItsOwnServiceOnly() throws {
        let settings = try ClientSettings(region: "us-east-1", endpointURL: "https://vpce-0a1b-x.batch.us-east-1.vpce.amazonaws.com")
        #expect(try settings.endpoint(of: .batch).url == "https://vpce-0a1b-x.batch.us-east-1.vpce.amazonaws.com")
        #expect(try settings.endpoint(of: .logs).url == "https://logs.us-east-1.amazonaws.com")
        let dualStack = try ClientSettings(region: "us-east-1", endpointURL: "https://logs.us-east-1.api.aws")
        #expect(try dualStack.endpoint(of: .batch).url == "https://batch.us-east-1.amazonaws.com")
    }

    @Test func prefixesAndOtherRegionsOfACall() throws {
        var call = APICall(.stepFunctions, "StartSyncExecution", [:])
        (call.hostPrefix, call.region) = ("sync-", "cn-north-1")
        let found = try ClientSettings(region: "us-east-1").endpoint(of: call)
        #expect(found.url == "https://sync-states.cn-north-1.amazonaws.com.cn" && found.signingRegion == "cn-north-1")
        call.region = "evil.example.com/"
        #expect(throws: SettingsError.self) { try ClientSettings(region: "us-east-1").endpoint(of: call) }
    }
}
