/// How long things are kept.
package enum Retention {
    /// Runs: a year, and a month to compare with the year before.
    package static var runs: Duration { .seconds(400 * 86_400) }
    /// A journal after its last line, at least: earlier tries of a run are known for so long (promise "never the same work
    /// twice"), also across a long weekend and a month's end.
    package static var journals: Duration { .seconds(90 * 86_400) }
}
