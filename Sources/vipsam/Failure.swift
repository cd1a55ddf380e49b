internal import VipsamKit
internal import VipsamRun

/// Why a command ends without its work being done: what to say, and the exit code.
struct Failure: Error {
    let diagnostics: [Diagnostic]
    let code: ExitCode

    init(_ diagnostics: [Diagnostic], code: ExitCode? = nil) {
        self.diagnostics = diagnostics
        self.code = code ?? ExitCode(diagnostics)
    }

    init(_ message: String, _ code: ExitCode, note: String? = nil) {
        let plain = Diagnostic.error(message)
        self.init([note.map { plain.noting($0) } ?? plain], code: code)
    }

    /// Every error that our own layers throw.
    init(wrapping error: any Error, code: ExitCode? = nil) {
        switch error {
        case let failure as Failure: self = failure
        case let many as Diagnostics: self.init(many.all, code: code)
        case let one as Diagnostic: self.init([one], code: code)
        case let pixels as PixelsError:
            let plain = Diagnostic.error(pixels.message)
            self.init([pixels.note.isEmpty ? plain : plain.noting("libvips says: \(pixels.note)")], code: code)
        default: self.init([.error("\(error)")], code: code ?? .internalError)
        }
    }

    func show() {
        for diagnostic in diagnostics { Terminal.say(diagnostic) }
        let errors = diagnostics.count { $0.severity == .error }
        if errors > 1 { Terminal.say("\(errors) errors") }
    }
}

/// The work is done and shown, and its exit code is not zero.
struct Answer: Error {
    let code: ExitCode
}

/// Runs a command's body; what our layers throw becomes a `Failure`.
func failing<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let answer as Answer { throw answer } catch { throw Failure(wrapping: error) }
}
