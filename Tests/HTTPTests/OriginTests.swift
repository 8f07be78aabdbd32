import HTTP
import Testing

@Suite struct OriginTests {
    @Test(arguments: [
        ("https://states.eu-west-1.amazonaws.com", "https://states.eu-west-1.amazonaws.com", ""),
        ("HTTP://127.0.0.1:4566/", "http://127.0.0.1:4566", ""), ("https://h:443/a/b/", "https://h", "/a/b"),
        ("http://[::1]:80/x", "http://[::1]", "/x"), ("http://[fd00:ec2::254]", "http://[fd00:ec2::254]", ""),
    ])
    func read(url: String, origin: String, path: String) throws {
        let parsed = try #require(Origin.parse(url))
        #expect(parsed.origin.description == origin)
        #expect(parsed.path == path)
    }

    @Test(arguments: ["", "host", "ftp://h", "https://", "https://h:0", "https://h:70000", "https://h:x", "https://user@h", "https://h/?a=1", "https://a b", "https:/h", "http://h\u{7}"])
    func refused(url: String) {
        #expect(Origin.parse(url) == nil)
    }
}
