/// Finds many keywords in one pass over bytes, whatever their number (Aho and Corasick, 1975), ASCII letters in either case.
struct KeywordAutomaton: Sendable {
    /// A keyword's number, and where it ends in the bytes (the index of its last byte).
    struct Hit: Equatable {
        let keyword: Int
        let end: Int
    }

    /// Byte to column; bytes that stand in no keyword share column 0.
    private var columns = [UInt8](repeating: 0, count: 256)
    private var width = 1
    /// Row by row the next state's row; a state at whose end a keyword stands has the top bit set.
    private var next: [UInt32] = []
    /// The keywords that end in a state, by its number.
    private var ends: [[Int]] = [[]]
    private static let accepting: UInt32 = 1 << 31

    /// Keywords in lower case; equal ones are found together.
    init(_ keywords: [[UInt8]]) {
        for byte in keywords.joined() where columns[Int(byte)] == 0 {
            columns[Int(byte)] = UInt8(width)
            width += 1
        }
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { columns[Int(byte & ~0x20)] = columns[Int(byte)] }
        next = [UInt32](repeating: 0, count: width)
        for (number, keyword) in keywords.enumerated() { insert(keyword, number) }
        close()
    }

    private mutating func insert(_ keyword: [UInt8], _ number: Int) {
        var row = 0
        for byte in keyword {
            let cell = row + Int(columns[Int(byte)])
            if next[cell] == 0 {
                next[cell] = UInt32(next.count)
                next += repeatElement(0, count: width)
                ends.append([])
            }
            row = Int(next[cell])
        }
        ends[row / width].append(number)
    }

    /// Turns the tree into a machine without failure links: every state knows where every byte leads.
    private mutating func close() {
        var fallback = [Int](repeating: 0, count: ends.count)
        var queue = (0..<width).map { Int(next[$0]) }.filter { $0 != 0 }
        var head = 0
        while head < queue.count {
            let row = queue[head]
            head += 1
            let fall = fallback[row / width]
            ends[row / width] += ends[fall / width]
            for column in 0..<width {
                let child = Int(next[row + column])
                if child == 0 {
                    next[row + column] = next[fall + column]
                } else {
                    fallback[child / width] = Int(next[fall + column])
                    queue.append(child)
                }
            }
        }
        for cell in next.indices where !ends[Int(next[cell]) / width].isEmpty { next[cell] |= Self.accepting }
    }

    /// Every keyword in the bytes, in the order of their ends.
    func hits(in bytes: UnsafeBufferPointer<UInt8>) -> [Hit] {
        var hits: [Hit] = []
        columns.withUnsafeBufferPointer { columns in
            next.withUnsafeBufferPointer { next in
                var state: UInt32 = 0
                for index in 0..<bytes.count {
                    state = next[Int(state & ~Self.accepting) &+ Int(columns[Int(bytes[index])])]
                    if state >= Self.accepting {
                        for keyword in ends[Int(state & ~Self.accepting) / width] { hits.append(Hit(keyword: keyword, end: index)) }
                    }
                }
            }
        }
        return hits
    }
}
