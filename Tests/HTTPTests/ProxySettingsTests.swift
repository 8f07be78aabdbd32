import Effects
import HTTP
import Testing

/// Who is asked directly and who through a proxy, as by the AWS CLI.
@Suite struct ProxySettingsTests {
    private func proxy(_ url: String, _ variables: [String: String]) throws -> String? {
        let origin = try #require(Origin.parse(url)).origin
        return ProxySettings(Environment(variables)).proxy(for: origin)?.description
    }

    @Test(arguments: [
        (["HTTPS_PROXY": "http://p:3128"], "http://p:3128"), (["https_proxy": "http://p:3128"], "http://p:3128"),
        (["HTTPS_PROXY": "http://a", "https_proxy": "http://b"], "http://b"), (["HTTPS_PROXY": "http://a", "https_proxy": ""], nil),
        (["HTTPS_PROXY": "p:3128"], "http://p:3128"), (["HTTPS_PROXY": "//p:3128"], "http://p:3128"), (["HTTPS_PROXY": " "], nil),
        (["HTTP_PROXY": "http://p"], nil), (["ALL_PROXY": "http://p", "all_proxy": "http://p"], nil),
    ] as [([String: String], String?)])
    func variablesOfHTTPS(variables: [String: String], expected: String?) throws {
        #expect(try proxy("https://states.us-east-1.amazonaws.com", variables) == expected)
    }

    @Test(arguments: [
        (["HTTP_PROXY": "http://p"], "http://p"), (["http_proxy": "http://p"], "http://p"), (["HTTPS_PROXY": "http://p"], nil),
        (["HTTP_PROXY": "http://p", "REQUEST_METHOD": "GET"], nil), (["http_proxy": "http://p", "REQUEST_METHOD": "GET"], "http://p"),
    ] as [([String: String], String?)])
    func variablesOfHTTP(variables: [String: String], expected: String?) throws {
        #expect(try proxy("http://localhost:4566", variables) == expected)
    }

    @Test(arguments: ["http://ops:hidden@p:3128", "ops:hidden@p:3128", "http://ops:hid@den@p:3128", "http://ops:hid/den@p:3128", "http://ops@p:3128"])
    func aPasswordIsNotShown(value: String) throws {
        #expect(try proxy("https://h", ["HTTPS_PROXY": value]) == "http://p:3128")
    }

    /// The first columns as urllib.request.proxy_bypass_environment of Python 3.11 decides them.
    @Test(arguments: [
        ("*", "https://h", true), ("*,x", "https://h", false), ("h", "https://h", true), ("h", "https://H", true), ("H", "https://h", true),
        ("amazonaws.com", "https://s.amazonaws.com", true), (".amazonaws.com", "https://s.amazonaws.com", true),
        (".amazonaws.com", "https://amazonaws.com", true), ("amazonaws.com", "https://notamazonaws.com", false), ("a , s.test , b", "https://s.test", true),
        ("h:8443", "https://h:8443", true), ("h:8443", "https://h:8444", false), ("h:8443", "https://h", false), ("h", "https://h:8443", true),
        ("test:8443", "https://s.test:8443", true), ("10.0.0.7", "https://10.0.0.7", true), ("10.0.0.0/8", "https://10.0.0.7", false),
        ("", "https://h", false), (",,", "https://h", false), ("*.amazonaws.com", "https://s.amazonaws.com", false),
    ])
    func exceptions(exceptions: String, url: String, isDirect: Bool) throws {
        for name in ["NO_PROXY", "no_proxy"] {
            #expect(try (proxy(url, ["HTTPS_PROXY": "http://p", name: exceptions]) == nil) == isDirect, "\(exceptions) \(url)")
        }
    }
}
