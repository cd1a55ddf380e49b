internal import Glibc
internal import Synchronization
internal import VipsamKit

/// The folder under which a run writes, and what the items of the run must not do to each other.
///
/// No output leaves it, none replaces an input, and no two items write the same file.
public final class OutputFolder: Sendable {
    /// Outputs of items that need a person's eye go under this folder, by the same paths.
    public static let review = "review"

    public let root: String
    public let keepsExisting: Bool

    private let realRoot: String
    private let inputs: [FileIdentity: String]
    private let state = Mutex(State())

    private struct State {
        /// The item that writes a path.
        var claims: [String: String] = [:]
        var prepared: Set<String> = []
        /// Files that are being written; to be removed when the run is dropped.
        var temporary: Set<String> = []
        var isClosed = false
    }

    /// Makes the folder where it is missing, and tries whether files can be made in it.
    ///
    /// - Parameter inputs: the paths that are read and so must not be written.
    /// - Throws: a diagnostic with the cause `output`, or `io`.
    public init(_ root: String, inputs: [String] = [], keepsExisting: Bool = false) throws {
        do {
            try Paths.makeFolders(root)
            try Self.tryWriting(in: root)
        } catch let problem as Diagnostic {
            throw problem.caused(by: .output).noting("choose another output folder with -o")
        }
        guard let real = Paths.real(root) else { throw Diagnostic.error(Self.gone(root), cause: .output) }
        self.root = root
        self.realRoot = real == "/" ? "" : real
        self.keepsExisting = keepsExisting
        var known: [FileIdentity: String] = [:]
        for path in inputs { FileIdentity(path).map { known[$0] = path } }
        self.inputs = known
    }

    /// Where the outputs of one item gather until its end.
    ///
    /// - Parameter item: the item's input, for messages.
    public func staging(for item: String) -> Staging { Staging(self, item: item) }

    /// Removes all files that are being written, and lets no more appear.
    public func abandon() {
        state.withLock { state in
            state.isClosed = true
            for path in state.temporary { unlink(path) }
            state.temporary = []
        }
    }

    /// What a file would be called in messages and for the system.
    func path(_ relative: String) -> String { Paths.joined(root, relative) }

    /// Takes a path for an item, and sees to it that writing there does no harm.
    func claim(_ relative: String, for item: String) throws {
        let other = state.withLock { state -> String? in
            if let other = state.claims[relative] { return other }
            state.claims[relative] = item
            return nil
        }
        if let other { throw Self.taken(path(relative), item, other) }
        if let identity = FileIdentity(path(relative)), let input = inputs[identity] {
            throw Self.inPlace(path(relative), input)
        }
    }

    func release(_ relative: String) { state.withLock { _ = $0.claims.removeValue(forKey: relative) } }

    /// Makes the folder of an output, and clears what killed runs left in it.
    func prepareFolder(of relative: String) throws {
        let folder = Paths.folder(of: path(relative))
        if state.withLock({ $0.prepared.contains(folder) }) { return }
        try Paths.makeFolders(folder)
        guard let real = Paths.real(folder), real == realRoot || real.hasPrefix(realRoot + "/") || realRoot.isEmpty
        else { throw Self.leaves(path(relative), root) }
        TemporaryName.clean(folder)
        state.withLock { _ = $0.prepared.insert(folder) }
    }

    func add(temporary path: String) throws {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.temporary.insert(path) }
            return state.isClosed
        }
        if isClosed { throw Abandoned() }
    }

    func remove(temporary path: String) {
        state.withLock { _ = $0.temporary.remove(path) }
    }

    /// Calls `body` unless the run was dropped meanwhile; it cannot be dropped while `body` runs.
    func whileOpen<Result: Sendable>(_ body: () throws -> sending Result) throws -> Result {
        try state.withLock { state in
            if state.isClosed { throw Abandoned() }
            return try body()
        }
    }

    private static func tryWriting(in folder: String) throws {
        TemporaryName.clean(folder)
        let path = Paths.joined(folder, TemporaryName.make(token: TemporaryName.newToken(), number: 0, ext: ""))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let code = errno
            throw Diagnostic.error("the output folder '\(folder)' cannot be written: \(SystemText.message(code))")
        }
        close(descriptor)
        unlink(path)
    }
}

/// The item was dropped because the run ends.
struct Abandoned: Error {}

extension OutputFolder {
    fileprivate static func gone(_ root: String) -> String { "the output folder '\(root)' is gone" }

    fileprivate static func taken(_ path: String, _ item: String, _ other: String) -> Diagnostic {
        item == other
            ? .error("'\(path)' would be written twice; put {n} into the name")
            : .error("'\(path)' was written for '\(other)' already; put {dir} and {name} into the name")
    }

    fileprivate static func inPlace(_ path: String, _ input: String) -> Diagnostic {
        .error("'\(path)' is the input '\(input)'; inputs are never replaced")
            .noting("write to another folder with -o, or under another name")
    }

    fileprivate static func leaves(_ path: String, _ root: String) -> Diagnostic {
        .error("'\(path)' lies outside of the output folder '\(root)', because of a symbolic link")
    }
}
