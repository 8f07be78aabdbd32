import Foundation
import Redaction
import Testing
import TestSupport

@Suite struct RedactionTests {
    private func redacted(_ text: String, known: [String] = [], rules: String = "") throws -> String {
        var redactor = Redactor(rules: try UserRule.parse(rules), known: KnownValues(known))
        return String(decoding: redactor.redact(Array(text.utf8)), as: UTF8.self)
    }

    @Test(arguments: Case.all) func aCaseComesOutAsItsFileSays(_ sample: Case) throws {
        #expect(try redacted(sample.text).replacing(/<[A-Z_]+_\d+>/, with: "<>") == sample.expected)
    }

    @Test func thereAreCases() {
        #expect(Case.all.count > 450)
        #expect(Case.all.count { $0.secrets.isEmpty } > 150)
    }

    @Test func equalValuesHaveEqualPlaceholders() throws {
        #expect(try redacted("password=abc123x\npassword=def456y\npwd: abc123x\n") == "password=<PASSWORD_1>\npassword=<PASSWORD_2>\npwd: <PASSWORD_1>\n")
    }

    @Test func knownValuesAreMaskedInEveryForm() throws {
        let secret = "kQ/x+8=~ünd?"
        var forms = [secret, Data(secret.utf8).map { String(format: "%02x", $0) }.joined(), secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""]
        forms.append(Data(secret.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_"))
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "z", "zz"] { forms.append(Data((before + secret + after).utf8).base64EncodedString()) }
        }
        for form in forms {
            #expect(try redacted("got (\(form)) back\n", known: [secret]) == "got (<OWN_SECRET_1>) back\n", "\(form)")
        }
    }

    @Test func theSecretsOfAnEnvironmentAreKnown() throws {
        let known = KnownValues(environment: [
            "DB_PASSWORD": "tigerlily", "DATABASE_URL": "postgresql://etl:orchid-77@db01/x", "HOME": "/home/etl", "LANG": "en_US.UTF-8", "ANTHROPIC_API_KEY": "sk-ant-api03-abcdefgh12345678ijkl",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "MAIL": "etl@bank.com",
            "FTP_PASSWORD": "plum tree\"; 42",
        ])
        var redactor = Redactor(known: known)
        let text = "tigerlily orchid-77 /home/etl en_US.UTF-8 wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY (plum tree\"; 42)"
        let shown = String(decoding: redactor.redact(Array(text.utf8)), as: UTF8.self)
        #expect(shown.replacing(/\d/, with: "N") == "<OWN_SECRET_N> <OWN_SECRET_N> /home/etl en_US.UTF-N <OWN_SECRET_N> (<OWN_SECRET_N>)")
    }

    @Test func rulesOfASiteAreApplied() throws {
        let rules = "# ours\nACCOUNT: \\bACC-(\\d{6})\\b\n\nDESK: (?i)desk-[a-z]+\n"
        #expect(try redacted("ACC-123456 at DESK-fx, ACC-123456\n", rules: rules) == "ACC-<ACCOUNT_1> at <DESK_1>, ACC-<ACCOUNT_1>\n")
    }

    @Test(arguments: [("name: x", 1), ("A: (", 1), ("OK: x\nnothing", 2), ("OK: [a", 1)]) func aRuleThatIsNoneNamesItsLine(_ text: String, _ line: Int) {
        #expect { try UserRule.parse(text) } throws: { ($0 as? UserRule.Invalid)?.line == line }
    }

    @Test func aRuleThatCostsTooMuchHidesTheLine() throws {
        let line = String(repeating: "a", count: 60) + "!"
        let start = ContinuousClock.now
        #expect(try redacted("\(line)\nnext\n", rules: "BAD: (a+)+$") == "<BAD_1>\nnext\n")
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func linesKeepTheirEnds() throws {
        #expect(try redacted("a\r\npassword=abc123\r\n\r\nlast") == "a\r\npassword=<PASSWORD_1>\r\n\r\nlast")
        #expect(try redacted("") == "")
        #expect(try redacted("\n\n") == "\n\n")
    }

    @Test func bytesThatAreNoTextPassThrough() {
        var redactor = Redactor()
        let bytes: [UInt8] = Array(repeating: Array(UInt8.min...UInt8.max), count: 4).joined().filter { $0 != 0x1b && $0 != 0x08 }
        #expect(redactor.redact(bytes) == bytes)
    }
}
