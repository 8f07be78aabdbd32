import Effects
import Foundation
import History
import Runs
import SQLite
import Testing
import TestSupport

@testable import History

/// Files that cannot be written or read as they should.
@Suite struct BadStoreTests {
    private let path: String

    init() throws {
        path = try Scratch.folder().appending(path: "history.sqlite").path
        try TestStore.sqlite(path).write([Sample.run()])
        // Nothing is left in the log that would make good for damage of the file.
        try Database(path, .readWrite).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    @Test func aNewerOneIsReadAndNotWritten() throws {
        let other = try Database(path, .readWrite)
        try other.execute("ALTER TABLE runs ADD COLUMN mood TEXT; PRAGMA user_version = \(Schema.version + 1)")
        #expect { try TestStore.sqlite(path).write([Sample.run("other")]) } throws: { ($0 as? HistoryError)?.kind == .newer }
        #expect(try TestStore.sqlite(path).runs(HistoryQuery(limit: 5)).map(\.key.job) == ["payroll"])
        #expect(try other.integer("PRAGMA user_version") == Schema.version + 1)
    }

    @Test func aDamagedOneIsSaidToBeAndSetAsideOnlyOnRequest() throws {
        try Data(repeating: 0x41, count: 50_000).write(to: URL(filePath: path))
        let store = TestStore.sqlite(path)
        #expect { try store.write([Sample.run("other")]) } throws: { ($0 as? HistoryError)?.kind == .damaged }
        #expect { try TestStore.sqlite(path).runs(HistoryQuery(limit: 5)) } throws: { ($0 as? HistoryError)?.kind == .damaged }
        #expect(try Data(contentsOf: URL(filePath: path)).count == 50_000)
        let aside = try store.setAside()
        #expect(aside.hasPrefix(path + ".damaged-20"))
        try store.write([Sample.run("other")])
        #expect(try store.runs(HistoryQuery(limit: 5)).map(\.key.job) == ["other"])
    }

    @Test func damageInsideIsFoundByTheCheck() throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0x5a, count: 4096))
        try file.close()
        #expect { try TestStore.sqlite(path).prepare() } throws: { ($0 as? HistoryError)?.kind == .damaged }
    }

    @Test func aLockIsWaitedForAsLongAsPatienceLasts() throws {
        let other = try Database(path, .readWrite)
        try other.execute("BEGIN IMMEDIATE")
        let began = SystemClock().instant
        #expect { try TestStore.sqlite(path, patience: .milliseconds(300)).write([Sample.run("other")]) } throws: { ($0 as? HistoryError)?.kind == .locked }
        let took = SystemClock().instant - began
        #expect(took > .milliseconds(250) && took < .seconds(3))
        #expect(try TestStore.sqlite(path).runs(HistoryQuery(limit: 5)).count == 1, "readers do not wait for writers")
        try other.execute("COMMIT")
        try TestStore.sqlite(path).write([Sample.run("other")])
    }

    @Test func oneThatOthersCanReadIsClosedToThem() throws {
        chmod(path, 0o644)
        var lines: [String] = []
        try TestStore.sqlite(path) { lines.append($0) }.write([Sample.run("other")])
        #expect(lines.count == 1)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func fileSystemsOfTheNetworkGetNoWriteAheadLog() throws {
        #expect(StoreFile.isNetwork(type: 0x6969), "NFS")
        #expect(StoreFile.isNetwork(type: 0xff53_4d42), "CIFS")
        #expect(!StoreFile.isNetwork(type: 0xef53), "ext4")
        #expect(!StoreFile.isNetwork(type: 0x5846_5342), "XFS")
        #expect(!StoreFile.isNetwork(type: 0x0102_1994), "tmpfs")
        let remote = try Scratch.folder().appending(path: "history.sqlite").path
        #expect(try TestStore.sqlite(remote, isOnNetwork: true).prepare().contains("rollback journal"))
        #expect(try Database(remote, .readOnly).text("PRAGMA journal_mode") == "delete")
        #expect(try TestStore.sqlite(path).prepare().contains("write-ahead log"))
    }

    @Test func whatIsTooOldIsForgottenOnceADay() throws {
        let store = TestStore.sqlite(path)
        let other = try Database(path, .readWrite)
        try store.write([Sample.run("ancient", ago: .seconds(500 * 86_400))])
        #expect(try other.integer("SELECT count(*) FROM runs WHERE job = 'ancient'") == 1, "it is not the time yet")
        try other.execute("UPDATE upkeep SET done = done - 86400001")
        try store.write([Sample.run("other")])
        #expect(try other.integer("SELECT count(*) FROM runs WHERE job = 'ancient'") == 0)
        #expect(try other.integer("SELECT count(*) FROM runs") == 2)
    }

    @Test func aNameWithSignsOfAURIIsAName() throws {
        let odd = try Scratch.folder().appending(path: "a?mode=memory#%41").path
        try TestStore.sqlite(odd + "/history.sqlite").write([Sample.run()])
        #expect(FileManager.default.fileExists(atPath: odd + "/history.sqlite"))
    }
}
