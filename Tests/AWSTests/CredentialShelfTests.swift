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
    private var boot = ["/proc/sys/kernel/random/boot_id": "b-1\n"]
    /// The clock of whoever gives the keys, minus ours.
    private var skew = Duration.zero

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func io(shelf: Bool = true) -> CredentialIO {
        CredentialIO(
            environment: Environment(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c"]), files: FakeFiles(contents: boot), clock: clock,
            random: Randomness { 0.5 }, interrupt: nil, shelf: shelf ? CredentialShelf(folder: folder) : nil
        ) { [clock] in
            FakeTransport(clock: clock) { [unowned self] _ in
                asked += 1
                if let file = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).first(where: { $0.hasSuffix(".lock") }) {
                    if case .busy = ShelfLock.take(folder + "/" + file) { wasLocked = true }
                }
                let expiration = (clock.now + skew + .seconds(3600)).rfc3339
                let date = skew == .zero ? nil : (clock.now + skew).httpDate
                return KeyReply.metadata("K\(asked)", expiration: "\"\(expiration)\"", date: date)
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
        #expect(clock.elapsed < .seconds(1), "nobody else is fetching, so there is nobody to wait for")
    }

    @Test func whatWasPutThereBeforeOthersCouldWriteIsNotTrusted() throws {
        #expect(try key(io()) == "K1")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        #expect(try key(io()) == "K2")
    }

    @Test func anEntryUnderAnotherNameIsNotThere() throws {
        let shelf = CredentialShelf(folder: folder)
        let keys = Credentials(accessKeyID: "A", secretAccessKey: "S", expiration: clock.now + .seconds(3600), source: "test")
        let (one, other) = (shelf.place(["one"]), shelf.place(["other"]))
        try createFolder(folder)
        try one.write(.init(credentials: keys, obtained: clock.now))
        #expect(one.read()?.credentials == keys)
        try FileManager.default.moveItem(atPath: files[0], toPath: folder + "/" + other.name + ".json")
        #expect(other.read() == nil)
    }

    @Test func withoutTheNameOfTheHostNothingIsShared() throws {
        boot = [:]
        #expect(try key(io()) == "K1")
        #expect(try key(io()) == "K2")
        #expect(files.isEmpty)
    }

    @Test func whatHasExpiredIsRemoved() throws {
        let shelf = CredentialShelf(folder: folder)
        try createFolder(folder)
        func put(_ name: String, lifetime: Int) throws -> CredentialShelf.Place {
            let keys = Credentials(accessKeyID: "A", secretAccessKey: "S", expiration: clock.now + .seconds(lifetime), source: "test")
            let place = shelf.place([name])
            guard case .held(let lock) = place.lock() else { throw FileError(action: "lock", path: name, code: 0) }
            try place.write(.init(credentials: keys, obtained: clock.now))
            _ = lock
            return place
        }
        let (old, busy, good) = (try put("old", lifetime: -1), try put("busy", lifetime: -1), try put("good", lifetime: 3600))
        try Data("S".utf8).write(to: URL(filePath: folder + "/" + old.name + ".json.17.part"))
        guard case .held(let lock) = busy.lock() else { return #expect(Bool(false), "it is free") }
        #expect(try key(io()) == "K1")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!names.contains { $0.hasPrefix(old.name) })
        #expect(names.filter { $0.hasPrefix(busy.name) || $0.hasPrefix(good.name) }.count == 4)
        #expect(names.count == 6, "with those just fetched and their lock")
        _ = lock
    }

    @Test(arguments: [-3600, 3600]) func aWrongClockMakesNoNewKeysLookOld(_ seconds: Int) throws {
        skew = .seconds(seconds)
        let cache = CredentialCache(chain: CredentialChain([ContainerProvider()]), io: io())
        #expect(try cache.credentials().expiration.map { abs(($0 - clock.now).inSeconds - 3600) < 2 } == true)
        #expect(try key(io()) == "K1", "the next runner gets them from the shelf")
    }

    /// Keys that are due are refreshed within ten seconds, a stop has one and a half.
    @Test func waitingForOthersLeavesTimeToAsk() throws {
        #expect(try key(io()) == "K1")
        clock.elapsed += .seconds(400)
        let start = clock.instant
        guard case .held(let lock) = ShelfLock.take(String(files[0].dropLast(".json".count)) + ".lock") else { return #expect(Bool(false), "it is free") }
        let limited = io()
        limited.limit = start + .seconds(10)
        #expect(try key(limited) == "K2")
        #expect(clock.instant - start >= .seconds(5))
        #expect(clock.instant - start < .seconds(6))
        let stop = clock.instant
        #expect(try CredentialCache(chain: CredentialChain([ContainerProvider()]), io: io()).credentials(urgent: true).accessKeyID == "K3")
        #expect(clock.instant - stop < .milliseconds(100))
        _ = lock
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
            guard case .held(let lock) = ShelfLock.take(place + ".lock") else { return #expect(Bool(false), "it is free") }
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
