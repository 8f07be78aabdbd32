/// The character classes of `awscli/shorthand.py`. None has characters above U+FFFF: those want quotes.
extension ShorthandScanner {
    static func isKey(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "#", "/", ":": true
        default: false
        }
    }

    static func beginsWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "!", "#"..."&", "("..."+", "-"..."<", ">"..."Z", "\\"..."z", "|"..."\u{FFFF}": true
        default: false
        }
    }

    static func continues(_ scalar: Unicode.Scalar, _ place: Place) -> Bool {
        if scalar.isPythonSpace { return true }
        return switch (place, scalar) {
        case (_, "!"), (_, "#"..."&"), (_, "("..."+"), (_, "-"..."<"), (_, ">"..."\\"), (_, "^"..."|"), (_, "~"..."\u{FFFF}"): true
        case (.first, "="), (.next, "]"), (.next, "}"): true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// `str.isspace()`: Unicode's White_Space and the four ASCII separators.
    var isPythonSpace: Bool { properties.isWhitespace || ("\u{1c}"..."\u{1f}").contains(self) }
}
