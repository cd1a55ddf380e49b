import CVipsShim

/// Every operation of the libvips that is installed, by introspection.
///
/// Check arguments with this data before libvips sees them: its own checks print warnings and then complain about
/// something else.
public struct VipsCatalog: Sendable {
    /// Read once; libvips' list does not change while a program runs.
    public static let shared = VipsCatalog()

    /// All that are not deprecated, in alphabetical order.
    public let operations: [VipsOperation]
    private let places: [String: Int]

    /// Those that are steps of recipes.
    public var callable: [VipsOperation] { operations.filter(\.isCallable) }

    public func operation(_ name: String) -> VipsOperation? { places[name].map { operations[$0] } }

    private init() {
        Vips.start()
        let interpolators = Self.interpolators()
        let found = Self.list().filter { $0.flags & Self.deprecated == 0 }.map { entry in
            Self.describe(entry, interpolators)
        }
        let sorted = found.sorted { $0.name < $1.name }
        operations = sorted
        places = Dictionary(sorted.indices.map { (sorted[$0].name, $0) }) { first, _ in first }
    }

    private static let deprecated = Int32(VIPSAM_OPERATION_DEPRECATED.rawValue)

    private struct Entry {
        let name: String
        let description: String
        let flags: Int32

        func has(_ flag: vipsam_operation_flags) -> Bool { flags & Int32(flag.rawValue) != 0 }
    }

    /// What C calls back with.
    private final class Collected<Element> {
        var all: [Element] = []

        static func from(_ body: (UnsafeMutableRawPointer) -> Void) -> [Element] {
            let collected = Collected()
            body(Unmanaged.passUnretained(collected).toOpaque())
            return withExtendedLifetime(collected) { collected.all }
        }

        static func at(_ context: UnsafeMutableRawPointer) -> Collected {
            Unmanaged<Collected>.fromOpaque(context).takeUnretainedValue()
        }
    }

    private static func list() -> [Entry] {
        Collected<Entry>.from { context in
            vipsam_each_operation(
                { name, description, flags, context in
                    guard let name, let context else { return }
                    let words = description.map { String(cString: $0) } ?? ""
                    Collected<Entry>.at(context).all.append(
                        Entry(name: String(cString: name), description: words, flags: flags))
                }, context)
        }
    }

    private static func interpolators() -> [String] {
        Collected<String>.from { context in
            vipsam_each_interpolator(
                { nick, _, context in
                    guard let nick, let context else { return }
                    Collected<String>.at(context).all.append(String(cString: nick))
                }, context)
        }
    }

    /// The words of an enum, without the ends that are only counts or errors.
    static func choices(_ type: String) -> [VipsChoice] {
        Collected<VipsChoice>.from { context in
            vipsam_enum_each(
                type,
                { nick, value, context in
                    guard let nick, let context else { return }
                    let word = String(cString: nick)
                    if ["last", "error", "notset"].contains(word) { return }
                    Collected<VipsChoice>.at(context).all.append(VipsChoice(nick: word, number: Int(value)))
                }, context)
        }
    }

    private static func describe(_ entry: Entry, _ interpolators: [String]) -> VipsOperation {
        let arguments = Collected<VipsArgument?>.from { context in
            vipsam_each_argument(
                entry.name,
                { argument, context in
                    guard let argument, let context else { return }
                    Collected<VipsArgument?>.at(context).all.append(VipsArgument(argument.pointee))
                }, context)
        }
        let operation = VipsOperation(
            name: entry.name, description: entry.description,
            arguments: arguments.compactMap { $0?.completed(of: entry.name, interpolators) },
            isDeprecated: entry.has(VIPSAM_OPERATION_DEPRECATED), isUntrusted: entry.has(VIPSAM_OPERATION_UNTRUSTED),
            isForeign: entry.has(VIPSAM_OPERATION_FOREIGN), draws: entry.has(VIPSAM_OPERATION_DRAW),
            isSequential: entry.has(VIPSAM_OPERATION_SEQUENTIAL), refusal: nil)
        return operation.judged()
    }
}
