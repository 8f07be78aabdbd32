import AWS
import Testing

@Suite struct ProfileFileTests {
    @Test func sectionsCommentsAndContinuations() throws {
        let file = try ProfileFile(
            parsing: """
                # a comment
                [default]
                region = eu-west-1 ; comment
                secret = a;b#c
                [profile etl]
                Region=us-east-1
                s3 =
                  max = 3
                [sso-session x]
                region = nowhere
                """, kind: .config)
        #expect(file.profiles["default"] == ["region": "eu-west-1", "secret": "a;b#c"])
        #expect(file.profiles["etl"]?["region"] == "us-east-1")
        #expect(file.profiles["etl"]?["s3"] == "\nmax = 3")
        #expect(file.profiles.count == 2)
    }

    @Test func theProfileWordWinsForTheDefault() throws {
        #expect(try ProfileFile(parsing: "[profile default]\na=1\n[default]\na=2\nb=3", kind: .config).profiles["default"] == ["a": "1"])
        #expect(try ProfileFile(parsing: "[default]\na=2\nb=3\n[profile default]\na=1", kind: .config).profiles["default"] == ["a": "1"])
    }

    @Test(arguments: ["a=1", "[x", "[x]\nnothing", "[x]\n = 1"])
    func broken(text: String) {
        #expect(throws: ProfileFile.ParseError.self) { try ProfileFile(parsing: text, kind: .credentials) }
    }
}
