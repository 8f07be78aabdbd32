import AWS
import Effects
import Glibc
import HTTP

/// Signs COUNT requests one by one as `Caller` does: a read of an execution's history, with the keys of a role. Prints the CPU
/// seconds that took, a space, and the last `Authorization`; botocore_signing_peer.py does the same with botocore.
@main
enum SigningBench {
    static func main() {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 0
        let origin = Origin(scheme: "https", host: "states.us-east-1.amazonaws.com", port: nil)
        // 2026-11-21T12:16:54Z
        let time = Timestamp(millisecondsSinceEpoch: 1_795_263_414_000)
        let credentials = Credentials(
            accessKeyID: "ASIABENCH", secretAccessKey: "bench-secret", sessionToken: String(repeating: "Token0123/", count: 36), source: "bench")
        let bodies = (0..<1000).map { number in
            Array(#"{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:payroll:payroll-\#(number)","maxResults":10,"reverseOrder":true}"#.utf8)
        }
        var keys = SigningKeys()
        var authorization = ""
        let began = cpuSeconds
        for number in 0..<count {
            let signer = Signer(credentials: credentials, region: "us-east-1", service: "states")
            authorization = signer.sign(request(origin, body: bodies[number % bodies.count]), at: time, keys: &keys).request.headers.last?.value ?? ""
        }
        print(cpuSeconds - began, authorization)
    }

    private static func request(_ origin: Origin, body: [UInt8]) -> Request {
        let headers = [
            Header("Content-Type", "application/x-amz-json-1.0"), Header("User-Agent", "awsjob"),
            Header("X-Amz-Target", "AWSStepFunctions.GetExecutionHistory"),
            Header("amz-sdk-invocation-id", "b0d4c9f0-8a7e-4c62-9d1b-3f5a7e9c1d20"),
            Header("amz-sdk-request", "ttl=20261121T121724Z; attempt=1; max=3"),
        ]
        return Request("POST", origin, path: "/", headers: headers, body: body)
    }

    /// Of this process.
    private static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
