/// Card numbers, social security numbers and bank accounts, each by its check digits.
extension Scan {
    /// A digit at `index`. Where the scan goes on.
    mutating func personalNumber(at index: Int) -> Int {
        let before = text[index - 1]
        if before.isWordPart || before == "." || (before == "-" && text[index - 2].isAlphanumeric) {
            return text.skip(\.isDigit, from: index)
        }
        let end = text.skip({ $0.isDigit || $0 == "-" || $0 == " " }, from: index, reach: 40)
        var last = end
        while last > index, !text[last - 1].isDigit { last -= 1 }
        let range = between(index, last)
        let digitsEnd = text.skip(\.isDigit, from: index)
        if (8...10).contains(digitsEnd - index), text[digitsEnd] == ":", text.skip(\.isBase64URL, from: digitsEnd + 1) - digitsEnd == 36 {
            mask(between(index, digitsEnd + 36), .token)
            return digitsEnd + 36
        }
        guard last - index >= 9 else { return text.skip(\.isDigit, from: index) }
        if isSocialSecurityNumber(at: index) {
            mask(between(index, index + 11), .nationalID)
            return index + 11
        }
        if let card = cardEnd(range) {
            mask(between(index, card), .card)
            return card
        }
        return text.skip(\.isDigit, from: index)
    }

    /// 3-2-4 digits in an area that was ever given out (ssa.gov, "SSN randomization").
    private func isSocialSecurityNumber(at index: Int) -> Bool {
        let shape = Array("ddd-dd-dddd".utf8)
        for (offset, byte) in shape.enumerated() {
            guard byte == UInt8(ascii: "-") ? text[index + offset] == "-" : text[index + offset].isDigit else { return false }
        }
        let after = text[index + 11]
        if after.isWordPart || after == "-" || (after == "." && text[index + 12].isDigit) { return false }
        let area = text.lowercased(between(index, index + 3))
        return area != "000" && area != "666" && area < "900" && !text.has("00", at: index + 4) && !text.has("0000", at: index + 7)
    }

    /// 13 to 19 digits, alone or in groups of four, of an issuer's range, with Luhn's check digit (ISO/IEC 7812).
    private func cardEnd(_ range: Range<Int>) -> Int? {
        var digits: [UInt8] = []
        var at = range.lowerBound
        var groups = [0]
        while at < range.upperBound, digits.count < 20 {
            if text[at].isDigit {
                digits.append(text[at] - 0x30)
                groups[groups.count - 1] += 1
            } else {
                guard text[at + 1].isDigit, groups.count < 5 else { break }
                groups.append(0)
            }
            at += 1
            let isWhole = !text[at].isDigit
            guard isWhole, (13...19).contains(digits.count), !text[at].isWordPart, !(text[at] == "." && text[at + 1].isDigit)
            else { continue }
            let isGrouped = groups.count == 4 && groups.allSatisfy { $0 == 4 } || groups == [4, 6, 5] || groups == [4, 6, 4]
            if groups.count == 1 ? [15, 16].contains(digits.count) || (digits.count == 14 && digits[0] == 3) : isGrouped,
                isIssued(digits), hasLuhnDigit(digits)
            {
                if text[at] == "-", text[at + 1].isAlphanumeric { continue }
                return at
            }
        }
        return nil
    }

    private func isIssued(_ digits: [UInt8]) -> Bool {
        let four = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
        switch digits[0] {
        case 4: return digits.count == 16 || digits.count == 13
        case 5: return (5100...5599).contains(four) && digits.count == 16
        case 2: return (2221...2720).contains(four) && digits.count == 16
        case 3:
            return (digits.count == 15 && (four / 100 == 34 || four / 100 == 37))
                || (digits.count == 14 && (four / 10 <= 305 || four / 100 == 36 || four / 100 == 38))
                || ((3528...3589).contains(four) && digits.count == 16)
        case 6: return (four == 6011 || four / 100 == 65 || (6440...6499).contains(four) || four / 100 == 62) && digits.count == 16
        default: return false
        }
    }

    private func hasLuhnDigit(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (offset, digit) in digits.reversed().enumerated() {
            let doubled = offset % 2 == 1 ? Int(digit) * 2 : Int(digit)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0 && digits.contains { $0 != digits[0] }
    }

    /// Two letters, two check digits and up to 30 letters and digits, whole or in groups of four (ISO 13616).
    mutating func internationalAccount(at index: Int) {
        guard !text[index - 1].isWordPart, text[index + 2].isDigit, text[index + 3].isDigit else { return }
        var digits: [UInt8] = Array(text[between(index, min(text.count, index + 4))])
        var at = index + 4
        var best: Int?
        let isGrouped = text[at] == " "
        while digits.count <= 34 {
            if isGrouped, text[at] == " ", (digits.count % 4) == 0, text[at + 1].isUpper || text[at + 1].isDigit { at += 1 }
            guard text[at].isUpper || text[at].isDigit else { break }
            digits.append(text[at])
            at += 1
            if !text[at].isWordPart, digits.count >= 15, remainder(digits) == 1 { best = at }
        }
        if let best { mask(between(index, best), .iban) }
    }

    /// Of the number that ISO 7064 makes of it, by 97.
    private func remainder(_ account: [UInt8]) -> Int {
        var rest = 0
        for byte in account.dropFirst(4) + account.prefix(4) {
            rest = byte.isDigit ? (rest * 10 + Int(byte - 0x30)) % 97 : (rest * 100 + Int(byte) - 55) % 97
        }
        return rest
    }

    /// `$6$salt$hash`, `$2b$12$…`, `$argon2id$…` (crypt(5)).
    mutating func passwordHash(at index: Int) {
        let idEnd = text.skip(\.isAlphanumeric, from: index + 1)
        guard text[idEnd] == "$", (1...10).contains(idEnd - index - 1),
            ["1", "2a", "2b", "2y", "5", "6", "7", "y", "gy", "apr1", "argon2i", "argon2id", "scrypt", "sha1",
            "md5"].contains(text.lowercased(between(index + 1, idEnd)))
        else { return }
        let end = text.skip({ $0.isBase64 || $0 == "." || $0 == "$" || $0 == "," }, from: idEnd)
        if end - index >= 20 { mask(between(index, end), .password) }
    }
}
