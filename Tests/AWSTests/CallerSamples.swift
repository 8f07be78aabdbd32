import AWS
import Effects
import Foundation
import HTTP

extension Caller {
    /// With static keys, in eu-west-1, and pauses of half their longest.
    static func sample(_ transport: any Transport, _ clock: FakeClock, environment variables: [String: String] = [:], config: String = "") throws -> Caller {
        let environment = Environment(variables.merging(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"]) { $1 })
        let settings = try ClientSettings(region: "eu-west-1", environment: variables, config: config)
        let io = CredentialIO(environment: environment, files: FakeFiles(), clock: clock, random: Randomness { 0.5 }, interrupt: nil) { transport }
        return Caller(
            transport: transport, settings: settings, credentials: CredentialCache(chain: .standard(profile: nil, home: nil), io: io),
            clock: clock, random: Randomness { 0.5 }, trace: nil)
    }
}

extension Timestamp {
    /// As in a `Date` header.
    var httpDate: String {
        let format = DateFormatter()
        (format.locale, format.timeZone, format.dateFormat) = (Locale(identifier: "en_US_POSIX"), TimeZone(identifier: "GMT"), "EEE, dd MMM yyyy HH:mm:ss 'GMT'")
        return format.string(from: Date(timeIntervalSince1970: Double(millisecondsSinceEpoch) / 1000))
    }
}
