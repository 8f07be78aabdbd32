import JSON
import Parameters
import Testing

@Suite struct ShorthandVectorTests {
    /// Nil where it is refused.
    private func read(_ vector: JSONValue, of shape: Shape) -> Result<JSONValue, ParameterError> {
        let words = vector["words"]?.array?.compactMap(\.string) ?? []
        do throws(ParameterError) {
            return .success(try ParameterText.value(words, of: shape, option: "--option") { (path) throws(ParameterError) in
                guard let text = vector["files"]?[path]?.string else { throw ParameterError("no file \(path)") }
                return text
            })
        } catch {
            return .failure(error)
        }
    }

    @Test func everyValueIsWhatTheAWSCLIMakesOfIt() throws {
        let vectors = try Vectors()
        #expect(vectors.cases.count > 1000)
        for vector in vectors.cases where vector["deviation"] == nil {
            let shape = try #require(vectors.shapes[vector["shape"]?.string ?? ""])
            switch (read(vector, of: shape), vector["value"]) {
            case (.success(let value), .some(let expected)):
                #expect(value.withPlainNumbers.means(expected.withPlainNumbers), "\(value.text) from \(vector.text)")
            case (.success(let value), nil):
                Issue.record("\(value.text), which the CLI refuses: \(vector.text)")
            case (.failure(let error), .some):
                Issue.record("\(error.reason), where the CLI has a value: \(vector.text)")
            case (.failure, nil): break
            }
        }
    }

    @Test func deviationsAreAsListed() throws {
        let vectors = try Vectors()
        for vector in vectors.cases where vector["deviation"] != nil {
            let shape = try #require(vectors.shapes[vector["shape"]?.string ?? ""])
            #expect(vectors.deviations.contains(vector["deviation"]?.string ?? ""))
            let isTaken = (try? read(vector, of: shape).get()) != nil
            #expect(isTaken == (vector["error"] != nil), "\(vector.text)")
        }
        #expect(Set(vectors.cases.compactMap { $0["deviation"]?.string }) == Set(vectors.deviations))
    }

    @Test func everyErrorIsOneShortLineThatSaysWhere() throws {
        let vectors = try Vectors()
        for vector in vectors.cases {
            let shape = try #require(vectors.shapes[vector["shape"]?.string ?? ""])
            guard case .failure(let error) = read(vector, of: shape) else { continue }
            for line in [error.reason, error.next ?? ""] {
                #expect(line.unicodeScalars.count <= 200)
                #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(vector.text)")
            }
            #expect(error.reason.hasPrefix("--option: "))
        }
    }
}
