internal import Glibc
internal import Synchronization
public import VipsamKit

/// The outputs of one item: written under other names first, they appear together at its end, or not
/// at all.
///
/// A reader never sees half a file: the bytes are on the disk (`fsync`) before the name appears
/// (`rename`). A second file of the item appears a moment after the first; a crash of the machine
/// between the two is the only way to see one without the other.
public final class Staging: Outputs {
    private let folder: OutputFolder
    private let item: String
    private let state = Mutex(State())

    private struct State {
        var files: [File] = []
        var kept: [String] = []
        /// By folder: what its temporary names begin with, and the lock that says that we live.
        var groups: [String: Group] = [:]
        var isReview = false
    }

    private struct File {
        let relative: String
        let temporary: String
    }

    private struct Group {
        let token: String
        let lockPath: String
        let lock: Int32
        /// Number of the next file.
        var count = 1
    }

    init(_ folder: OutputFolder, item: String) {
        self.folder = folder
        self.item = item
    }

    /// From now on, and for what was written already: the files go under `review/`.
    public func markForReview() { state.withLock { $0.isReview = true } }

    public func write(_ path: String, _ make: (_ path: String) throws -> Void) throws {
        try folder.prepareFolder(of: path)
        try folder.claim(path, for: item)
        if folder.keepsExisting, Paths.exists(folder.path(path)) {
            state.withLock { $0.kept.append(path) }
            return
        }
        let file = try reserve(path)
        do {
            try make(file.temporary)
            guard Paths.isRegularFile(file.temporary) else {
                throw Diagnostic.error("nothing was written for '\(folder.path(path))'")
            }
        } catch {
            throw Self.diagnosed(error, writing: folder.path(path), at: file.temporary)
        }
    }

    /// Lets the files appear under their names.
    ///
    /// - Returns: the paths that were written, and those that were there and kept; from the current
    ///   folder, in the order of writing.
    package func commit() throws -> (written: [String], kept: [String]) {
        let (files, kept, isReview) = state.withLock { ($0.files, $0.kept, $0.isReview) }
        do {
            for file in files { try Self.flush(file.temporary, as: folder.path(file.relative)) }
            let targets = files.map { isReview ? OutputFolder.review + "/" + $0.relative : $0.relative }
            if isReview { for target in targets { try folder.prepareFolder(of: target) } }
            for target in targets where Paths.isFolder(folder.path(target)) {
                throw Diagnostic.error("'\(folder.path(target))' is a folder; a file cannot take its place")
            }
            try folder.whileOpen { try rename(files, to: targets.map(folder.path)) }
            for file in files { folder.remove(temporary: file.temporary) }
            unlock()
            return (targets.map(folder.path), kept.map(folder.path))
        } catch {
            discard()
            throw error
        }
    }

    /// Removes what was written so far.
    package func discard() {
        let files = state.withLock { state in
            defer { state.files = [] }
            return state.files
        }
        for file in files {
            unlink(file.temporary)
            folder.remove(temporary: file.temporary)
            folder.release(file.relative)
        }
        unlock()
    }

    // MARK: - Temporary files

    /// An empty file under a temporary name beside the final one.
    private func reserve(_ relative: String) throws -> File {
        let final = folder.path(relative)
        let place = Paths.folder(of: final)
        let ext = Paths.stemAndExtension(of: relative).ext
        return try state.withLock { state in
            var group = try state.groups[place] ?? newGroup(in: place, for: final)
            state.groups[place] = group
            let name = TemporaryName.make(token: group.token, number: group.count, ext: ext)
            let file = File(relative: relative, temporary: Paths.joined(place, name))
            try folder.add(temporary: file.temporary)
            close(try Self.create(file.temporary, as: final))
            group.count += 1
            state.groups[place] = group
            state.files.append(file)
            return file
        }
    }

    /// A lock of our own in this folder.
    private func newGroup(in place: String, for final: String) throws -> Group {
        while true {
            let token = TemporaryName.newToken()
            let path = Paths.joined(place, TemporaryName.make(token: token, number: 0, ext: ""))
            try folder.add(temporary: path)
            let descriptor = try Self.create(path, as: final)
            // Somebody who cleans up may have been faster than our lock; then we try again. A file
            // system without locks has nobody who finds a lock to be free.
            var status = stat()
            let isOurs = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            if isOurs, fstat(descriptor, &status) == 0, status.st_nlink > 0 {
                return Group(token: token, lockPath: path, lock: descriptor)
            }
            close(descriptor)
            folder.remove(temporary: path)
        }
    }

    private func unlock() {
        let groups = state.withLock { state in
            defer { state.groups = [:] }
            return Array(state.groups.values)
        }
        for group in groups {
            unlink(group.lockPath)
            close(group.lock)
            folder.remove(temporary: group.lockPath)
        }
    }

    private func rename(_ files: [File], to targets: [String]) throws {
        var appeared: [String] = []
        for (file, target) in zip(files, targets) {
            let wasThere = Paths.exists(target)
            guard Glibc.rename(file.temporary, target) == 0 else {
                let code = errno
                for path in appeared { unlink(path) }
                throw Self.system(code, target)
            }
            if !wasThere { appeared.append(target) }
        }
    }

    private static func create(_ path: String, as final: String) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw system(errno, final) }
        return descriptor
    }

    private static func flush(_ path: String, as final: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw system(errno, final) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw system(errno, final) }
    }

    // MARK: - Errors

    /// What went wrong, and whether a retry may help. A library's text is not asked: a few bytes more
    /// show whether the disk is full.
    private static func diagnosed(_ error: any Error, writing final: String, at temporary: String) -> any Error {
        if let error = error as? PixelsError, case .system(let code) = error.reason { return system(code, final) }
        let descriptor = open(temporary, O_WRONLY | O_APPEND | O_CLOEXEC)
        if descriptor < 0 { return SystemText.isRetryable(errno) ? system(errno, final) : error }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0, count: 1 << 14)
        if Glibc.write(descriptor, block, block.count) == block.count, fsync(descriptor) == 0 || errno == EINVAL {
            return error
        }
        return SystemText.isRetryable(errno) || errno == 0 ? system(errno == 0 ? ENOSPC : errno, final) : error
    }

    private static func system(_ code: Int32, _ path: String) -> Diagnostic {
        .error(
            "'\(path)' cannot be written: \(SystemText.message(code))",
            cause: SystemText.isRetryable(code) ? .io : .item)
    }
}
