import Testing
import VipsamKit

@Suite struct CatalogTests {
    private let catalog = VipsCatalog.shared

    @Test func thereAreAboutAsManyAsLibvipsHas() {
        #expect(catalog.operations.count > 250)
        #expect(catalog.callable.count > 170)
        #expect(Set(catalog.operations.map(\.name)).count == catalog.operations.count)
    }

    @Test func defaultsLieWithinTheirRanges() {
        for operation in catalog.operations {
            for argument in operation.arguments {
                if let range = argument.range, let value = argument.defaultValue?.double {
                    #expect(range.contains(value), "\(operation.name) \(argument.name)")
                }
                if case .choice(let words) = argument.kind, case .string(let word)? = argument.defaultValue {
                    #expect(words.contains(word), "\(operation.name) \(argument.name) \(word)")
                }
            }
        }
    }

    /// libvips declares others for some.
    @Test func defaultsAreThoseThatCount() throws {
        func number(_ operation: String, _ argument: String) -> Double? {
            catalog.operation(operation)?.argument(argument)?.defaultValue?.double
        }
        #expect(number("gamma", "exponent") == 1 / 2.4)
        #expect(number("max", "size") == 1)
        #expect(number("arrayjoin", "across") == nil)
        let grey = try Pixels.constant([100], width: 4, height: 4, interpretation: .blackAndWhite)
        #expect(
            try grey.apply("gamma").bytes() == grey.apply("gamma", ["exponent": .double(1 / 2.4)]).bytes())
    }

    @Test func aDescriptionIsComplete() throws {
        let blur = try #require(catalog.operation("gaussblur"))
        #expect(blur.description == "gaussian blur" && blur.isCallable && blur.mainInput?.name == "in")
        let sigma = try #require(blur.argument("sigma"))
        #expect(sigma.isRequired && sigma.kind == .double && sigma.range == 0...1000)
        let precision = try #require(blur.argument("precision"))
        #expect(precision.kind == .choice(["integer", "float", "approximate"]))
        #expect(precision.defaultValue?.string == "integer")
        #expect(blur.outputs.map(\.name) == ["out"])
    }

    @Test func operationsWithFilesOrProgramsAreRefusedWithAReason() {
        for name in [
            "jpegload", "pngsave", "system", "profile_load", "tilecache", "linecache", "sequential", "cache",
            "thumbnail", "thumbnail_buffer", "thumbnail_source", "globalbalance", "matrixprint",
        ] {
            #expect(catalog.operation(name)?.refusal != nil, "\(name)")
        }
        #expect(catalog.operation("system")?.refusal == "recipes do not run other programs")
    }

    @Test func noCallableOperationTakesAFileName() {
        for operation in catalog.callable {
            for argument in operation.inputs {
                #expect(!["filename", "fontfile", "name"].contains(argument.name), "\(operation.name)")
                // Free text could be a file name: only what is drawn or set in type may be free.
                if argument.kind == .string {
                    #expect(operation.name == "text", "\(operation.name) \(argument.name)")
                }
            }
        }
    }

    @Test func listsOfWordsAreTakenAsNumbers() throws {
        let mode = try #require(catalog.operation("composite")?.argument("mode"))
        guard case .arrayChoice(let choices) = mode.kind else { throw NotAList() }
        #expect(choices.first { $0.nick == "over" }?.number == 2)
    }

    private struct NotAList: Error {}
}
