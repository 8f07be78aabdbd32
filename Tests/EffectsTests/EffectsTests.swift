import Effects
import Foundation
import Testing

@Suite struct EffectsTests {
    @Test func timestamps() throws {
        let time = try #require(Timestamp(iso8601: "2026-11-21T01:02:03.045Z"))
        #expect(time.rfc3339 == "2026-11-21T01:02:03.045Z")
        #expect(time.amzDate == "20261121T010203Z")
        #expect(Timestamp(iso8601: "2026-11-21T02:02:03.045+01:00") == time)
        #expect(Timestamp(httpDate: "Sat, 21 Nov 2026 01:02:03 GMT")?.rfc3339 == "2026-11-21T01:02:03.000Z")
        #expect(Timestamp(iso8601: "tomorrow") == nil)
        #expect(Timestamp(secondsSinceEpoch: .nan).millisecondsSinceEpoch == 0)
        #expect(Timestamp(millisecondsSinceEpoch: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
    }

    @Test func durations() {
        #expect(Duration.milliseconds(850).text == "850ms")
        #expect(Duration.milliseconds(12_340).text == "12.3s")
        #expect(Duration.seconds(245).text == "4m 05s")
        #expect(Duration.seconds(11_220).text == "3h 07m")
    }

    @Test func anOutputQueueNeverWaitsAndLosesNothing() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let queue = OutputQueue(descriptor: ends[1])
        let text = String(repeating: "0123456789abcde\n", count: 20_000)
        queue.write(text)
        #expect(queue.pendingBytes > 0)
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 9000)
        while received.count < text.utf8.count {
            received += chunk[..<read(ends[0], &chunk, chunk.count)]
            queue.flush()
        }
        #expect(String(decoding: received, as: UTF8.self) == text)
        close(ends[0])
        signal(SIGPIPE, SIG_IGN)
        queue.write("x")
        #expect(queue.loss != nil)
    }

    @Test func anAtomicFileAppearsWholeOrNotAtAll() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try createFolder(folder + "/a/b")
        let path = folder + "/a/b/result"
        var dropped = try AtomicFile(path)
        dropped.discard()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b").isEmpty)
        var file = try AtomicFile(path)
        try file.commit(Array("whole".utf8))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(throws: FileError.self) { _ = try AtomicFile(folder) }
        #expect(throws: FileError.self) { _ = try AtomicFile("/proc/nowhere/x") }
    }

    @Test func usersComeFromTheLocalFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try "root:x:0:0::/root:/bin/sh\nbatch:x:1001:1001:Batch:/home/batch:/bin/sh\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(UserAccount.inPasswdFile(uid: 1001, path: path)?.home == "/home/batch")
        #expect(ReceivedSignal(number: SIGTERM, senderProcess: 4711, senderUser: 1001).sender(passwd: path) == "process 4711 of user batch (uid 1001)")
    }

    /// `sh -c 'sleep 777'` is two processes in many shells, and the second one holds what it inherited.
    @Test func whatAProgramHasStartedEndsWithIt() throws {
        let child = try ChildProcess(["sh", "-c", "sleep 777 & echo up; wait"])
        let end = Date.now + 10
        while child.output.isEmpty, Date.now < end {
            usleep(10_000)
            child.readAvailable()
        }
        #expect(child.output == Array("up\n".utf8))
        child.kill()
        while !child.openDescriptors.isEmpty, Date.now < end {
            usleep(10_000)
            child.readAvailable()
        }
        #expect(child.openDescriptors.isEmpty, "nobody holds its output any more")
    }
}
