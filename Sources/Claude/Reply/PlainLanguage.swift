/// Free text of a model that goes before people's eyes: no commands to paste, no links to follow, nothing invisible. A log can
/// make a model repeat what an attacker wants done.
enum PlainLanguage {
    /// What is wrong with it; nil when nothing is.
    static func fault(in text: String) -> String? {
        if text.unicodeScalars.contains(where: { CleanText.isHidden($0) || $0 == "\t" }) { return "control or invisible characters" }
        if signs.contains(where: { text.contains($0) }) { return "a link, markup or shell syntax" }
        let lower = text.lowercased()
        if commands.contains(where: { contains($0, in: lower) }) || callsAWS(text) { return "a command" }
        if isOrderToRestart(lower) { return "a restart, which only action may ask for" }
        return nil
    }

    private static let signs = ["://", "www.", "`", "$(", "${", "&&", "||", " | ", "<", ">", "](", "**", "\\x", "base64,"]

    /// Words that begin commands and are no English.
    private static let commands = [
        "curl", "wget", "sudo", "chmod", "chown", "rm -", "pip install", "pip3", "npm", "apt", "apt-get", "add-apt-repository", "yum", "dnf", "bash", "sh -c", "powershell",
        "kubectl", "docker run", "eval", "nc -", "ssh", "scp", "ppa:", "sendevent", "force_startjob", "setenforce", "systemctl", "crontab", "mkfs", "dd if", "drop table",
        "truncate table", "delete from", "grant all", "iptables", "javascript:", "mailto:",
    ]

    private static func contains(_ word: String, in text: String) -> Bool {
        var rest = text[...]
        while let range = rest.firstRange(of: word) {
            let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
            let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
            let endsAWord = !(word.last?.isLetter ?? false) || !(after.isLetter || after.isNumber || after == "-" || after == "_")
            if !(before.isLetter || before.isNumber || before == "-" || before == "_"), endsAWord { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// `aws s3 …` in small letters is the CLI.
    private static func callsAWS(_ text: String) -> Bool {
        contains("aws ", in: text) && text.split(separator: " ").contains("aws")
    }

    /// The recommendation is ours: text beside it may not outrun it.
    private static func isOrderToRestart(_ text: String) -> Bool {
        let quick = ["immediately", "right away", "right now", "at once", "now"]
        return ["restart", "rerun", "re-run", "resubmit", "force start", "start the job"].contains { contains($0, in: text) } && quick.contains { contains($0, in: text) }
    }
}
