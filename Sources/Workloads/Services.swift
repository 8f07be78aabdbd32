/// The services that this program runs work on: one folder and one line each.
package enum Services {
    package static var all: [any WorkloadService.Type] { [StepFunctions.self, Batch.self, Glue.self] }

    package static func named(_ name: String) -> (any WorkloadService.Type)? {
        all.first { $0.name == name }
    }
}
