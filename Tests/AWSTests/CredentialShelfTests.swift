import Effects
import Foundation
import HTTP
import Testing

@testable import AWS

/// Keys that runners of one user share through files.
@Suite final class CredentialShelfTests {
    private let clock = FakeClock()
    private let folder = FileManager.default.temporaryDirectory.appending(path: "shelf-\(UUID().uuidString)").path
    private var asked = 0
    private var wasLocked = false

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func io(shelf: Bool = true) -> CredentialIO {
        CredentialIO(
            environment: Environment(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c"]), files: FakeFiles(), clock: clock,
            random: Randomness { 0.5 }, interrupt: nil, shelf: shelf ? CredentialShelf(folder: folder) : nil
        ) { [clock] in
            FakeTransport(clock: clock) { [unowned self] _ in
                asked += 1
                if let file = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).first(where: { $0.hasSuffix(".lock") }) {
                    if let lock = ShelfLock(folder + "/" + file) { _ = lock } else { wasLocked = true }
                }
                let expiration = (clock.now + .seconds(3600)).rfc3339
                return .success(Response(status: 200, body: Array(#"{"AccessKeyId":"K\#(asked)","SecretAccessKey":"S","Token":"T","Expiration":"\#(expiration)"}"#.utf8)))
            }
        }
    }

    private func key(_ io: CredentialIO) throws -> String { try CredentialChain([ContainerProvider()]).credentials(io).accessKeyID }

    private var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { folder + "/" + $0 }.filter { $0.hasSuffix(".json") } }

    @Test func theNextRunnerAsksNobody() throws {
        #expect(try key(io()) == "K1")
        #expect(try key(io()) == "K1")
        #expect(asked == 1)
        #expect(wasLocked, "while it was fetched")
        #expect(files.count == 1)
        for path in files + [folder] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == (path == folder ? 0o700 : 0o600))
        }
        #expect(try key(io(shelf: false)) == "K2")
    }

    @Test func whatMayHaveChangedIsAskedForAgain() throws {
        #expect(try key(io()) == "K1")
        clock.elapsed += .seconds(301)
        #expect(try key(io()) == "K2", "the role of a task may be another by now")
    }

    @Test func aFileThatOthersCanReadIsNotTrusted() throws {
        #expect(try key(io()) == "K1")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files[0])
        #expect(try key(io()) == "K2")
        #expect(try key(io()) == "K2", "it was replaced by one that nobody else can read")
    }

    @Test(arguments: ["", "{", #"{"accessKeyId":"X","secretAccessKey":"Y","source":"Z","expiration":1,"obtained":0}"#])
    func aFileThatMakesNoSenseIsNotThere(_ text: String) throws {
        #expect(try key(io()) == "K1")
        try Data(text.utf8).write(to: URL(filePath: files[0]))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: files[0])
        #expect(try key(io()) == "K2")
    }

    @Test func aLinkIsNotFollowed() throws {
        #expect(try key(io()) == "K1")
        let elsewhere = folder + "/elsewhere"
        try FileManager.default.moveItem(atPath: files[0], toPath: elsewhere)
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".lock") })
        try FileManager.default.createSymbolicLink(atPath: folder + "/" + name.replacing(".lock", with: ".json"), withDestinationPath: elsewhere)
        #expect(try key(io()) == "K2")
    }

    @Test func aFolderThatOthersCanWriteToIsNotUsed() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o777])
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        #expect(try key(io()) == "K1")
        #expect(files.isEmpty)
    }

    @Test func keysThatAWSRejectsAreNotTakenFromThere() throws {
        let first = CredentialCache(chain: CredentialChain([ContainerProvider()]), io: io())
        #expect(try first.credentials().accessKeyID == "K1")
        first.discard(accessKeyID: "K1")
        #expect(try first.credentials().accessKeyID == "K2")
        #expect(try key(io()) == "K2", "and the others get the new ones")
    }

    @Test func whileOneFetchesTheOthersWait() throws {
        #expect(try key(io()) == "K1")
        clock.elapsed += .seconds(400)
        let place = String(files[0].dropLast(".json".count))
        let started = clock.elapsed
        do {
            let lock = ShelfLock(place + ".lock")
            #expect(try key(io()) == "K2", "not for ever")
            #expect(clock.elapsed - started >= .seconds(10))
            _ = lock
        }
        #expect(try key(io()) == "K3", "what was fetched without the lock was not kept")
        #expect(try key(io()) == "K3")
    }

    @Test func staticKeysAreNeverWritten() throws {
        let io = CredentialIO(
            environment: Environment(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"]), files: FakeFiles(), clock: clock,
            random: Randomness { 0.5 }, interrupt: nil, shelf: CredentialShelf(folder: folder)
        ) { [clock] in FakeTransport(clock: clock) { _ in .success(Response(status: 500)) } }
        _ = try CredentialChain.standard(profile: nil, home: nil).credentials(io)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
