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

    /// `aws configure set … --profile NAME` writes a name like these in quotes in one file, and bare in the other.
    @Test(arguments: ["my prof", "naïve", "a!b#c(1)", "a&b,c=d", "a]b"]) func namesThatTheCLIWrites(_ name: String) throws {
        let quoted = name.contains(" ") ? "'\(name)'" : name
        let config = try ProfileFile(parsing: "[profile \(quoted)] # ours\na=1\n[profile x]\n", kind: .config)
        #expect(config.profile(name) == ["a": "1"])
        #expect(try ProfileFile(parsing: "[\(name)]\na=1\n", kind: .credentials).profile(name) == ["a": "1"])
        #expect(config.profiles.keys.sorted() == ["x"])
        let others = try ProfileFile(parsing: "[sso-session \(quoted)]\na=1\n[services \(quoted)]\nb=1\n", kind: .config)
        #expect(others.ssoSessions == [name: ["a": "1"]])
        #expect(others.services == [name: ["b": "1"]])
    }

    /// As Python's configparser reads them, and so botocore.
    @Test(arguments: [
        "[default]\n  a = 1\n  b = 2", "[default]\n\ta = 1\n\tb = 2", "[default]\n  # ours\na = 1\nb = 2", "  [default]\n  a = 1\n  b = 2",
        "[default]\na = 1\n  # hello\n  ; there\nb = 2", "[other]\n  [default]\n    a = 1\n  b = 2",
    ]) func linesThatAreIndented(_ text: String) throws {
        for kind in [ProfileFile.Kind.config, .credentials] {
            #expect(try ProfileFile(parsing: text, kind: kind).profiles["default"] == ["a": "1", "b": "2"])
        }
    }

    @Test(arguments: [
        "\u{FEFF}[default]\r\na = 1\r\nb = 2\r\n", "[default]\ra = 1\rb = 2", "# one\u{2028}line, \u{85}still, \u{0C}still\n[default]\na\u{0B}=\u{0C}1\nb = 2",
        "[default]\n# \0\na = 1\nb = 2",
    ]) func whatEditorsLeave(_ text: String) throws {
        #expect(try ProfileFile(parsing: text, kind: .credentials).profiles["default"] == ["a": "1", "b": "2"])
    }

    @Test func aFileInUTF16() {
        let text = String(decoding: [0xff, 0xfe] + "[default]\na = 1\n".utf8.flatMap { [$0, 0] }, as: UTF8.self)
        let error = #expect(throws: ProfileFile.ParseError.self) { try ProfileFile(parsing: text, kind: .credentials) }
        #expect(error?.reason.contains("not UTF-8") == true)
    }

    @Test func whatStandsFurtherToTheRightContinues() throws {
        let file = try ProfileFile(parsing: "[default]\n  s3 =\n    # ours\n    max = 3\n  a = 1\n    2", kind: .config)
        #expect(file.profiles["default"] == ["s3": "\nmax = 3", "a": "1\n2"])
    }
}
