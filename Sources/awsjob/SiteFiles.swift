import Effects
import Governance

/// Files that a site writes, named in options.
extension Policy {
    /// `path`: nil for no policy.
    init(file path: String?) throws(Refusal) {
        guard let path else {
            self = .none
            return
        }
        self = try siteFile(path, "policy", chapter: "What may follow") { (text) throws(SiteFileProblem) in try Policy(text) }
    }
}

extension JobList {
    /// `path`: nil for none.
    init(file path: String?) throws(Refusal) {
        guard let path else {
            self.init()
            return
        }
        self = try siteFile(path, "jobs", chapter: "What hangs on a job") { (text) throws(SiteFileProblem) in try JobList(text) }
    }
}

/// `option`: without its dashes. `chapter`: of the README.
private func siteFile<Value>(_ path: String, _ option: String, chapter: String, _ parse: ([UInt8]) throws(SiteFileProblem) -> Value) throws(Refusal) -> Value {
    let text: [UInt8]
    do throws(FileError) {
        text = try SystemFiles().read(path, limit: 1 << 20)
    } catch { throw Refusal("\(option): \(error)", next: "name a readable file in --\(option)") }
    do throws(SiteFileProblem) {
        return try parse(text)
    } catch { throw Refusal("\(option) \(path): \(error.reason)", next: "correct it; README, \"\(chapter)\"") }
}
