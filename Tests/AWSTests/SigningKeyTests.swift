import AWS
import Digest
import Effects
import HTTP
import Testing

@Suite struct SigningKeyTests {
    /// Kept keys sign as keys derived anew, whatever changes from one request to the next.
    @Test func keptKeysFitTheirScope() {
        let noon = Timestamp(millisecondsSinceEpoch: 1_795_263_414_000)
        let (old, new) = (Self.credentials("first-secret"), Self.credentials("second-secret"))
        var keys = SigningKeys()
        for (credentials, region, service, time) in [
            (old, "us-east-1", "states", noon), (old, "us-east-1", "states", noon + .seconds(60)), (old, "us-east-1", "logs", noon),
            (old, "eu-west-1", "states", noon), (new, "us-east-1", "states", noon), (new, "us-east-1", "states", noon + .seconds(86_400)),
            (old, "us-east-1", "states", noon),
        ] {
            let signer = Signer(credentials: credentials, region: region, service: service)
            let request = Request("POST", Origin(scheme: "https", host: "h", port: nil), body: Array(service.utf8))
            #expect(signer.sign(request, at: time, keys: &keys) == signer.sign(request, at: time))
        }
    }

    private static func credentials(_ secret: String) -> Credentials {
        Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret, source: "test")
    }

    /// RFC 4231, test cases 1, 6 and 7: keys below and above one block.
    @Test func authenticationCodes() {
        let cases: [(key: [UInt8], message: String, code: String)] = [
            (.init(repeating: 0x0b, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                .init(repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                .init(repeating: 0xaa, count: 131),
                "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ]
        for (key, message, code) in cases { #expect(HMACKey(key).authenticate(Array(message.utf8)).hex == code) }
    }
}
