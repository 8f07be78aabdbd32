import Effects
import Journal
import JSON

/// The runner's end of the pipe to its guardian.
package struct Guardian {
    private let pipe: Int32

    package init(pipe: Int32) {
        self.pipe = pipe
    }

    /// What the guardian has to know if this is the last that it hears. False when it is gone.
    package func tell(_ handover: Handover) -> Bool {
        send(handover.json.text)
    }

    /// Nothing is left to guard.
    package func dismiss() {
        _ = send(".")
    }

    private func send(_ line: String) -> Bool {
        (try? writeAll(pipe, Array((line + "\n").utf8), name: "guardian")) != nil
    }
}
