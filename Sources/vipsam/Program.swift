internal import ArgumentParser
internal import VipsamRun

/// Where the process starts: one place that turns every outcome into words and an exit code.
@main
enum Program {
    static let version = "0.1.0"

    static func main() {
        Signals.ignoreBrokenPipes()
        if CommandLine.arguments.count == 1 {
            Descriptor.write(Start.text, to: Descriptor.standardOutput)
            return
        }
        do {
            var command = try Vipsam.parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            failure.show()
            Process.exit(failure.code)
        } catch let answer as Answer {
            Process.exit(answer.code)
        } catch {
            // Help, completion scripts, and what ArgumentParser has to say about the command line.
            Vipsam.exit(withError: error)
        }
    }
}

/// The command and its verbs.
struct Vipsam: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vipsam",
        abstract: "Edit pictures in batches: recipes of Segment Anything and libvips steps.",
        discussion: "Start with 'vipsam cutout photo.jpg -o out.png', or 'vipsam run RECIPE FILES… -o DIR'.",
        version: Program.version,
        groupedSubcommands: [
            CommandGroup(name: "Work", subcommands: [Run.self, PreviewCommand.self, Cutout.self, Segment.self, Sheet.self]),
            CommandGroup(name: "Recipes", subcommands: [Check.self, Explain.self, Ops.self, Schema.self]),
            CommandGroup(
                name: "Models and machine", subcommands: [Weights.self, Doctor.self, Bench.self, Eval.self]),
        ])
}

/// What the bare command says: ten lines and three examples.
enum Start {
    static let text = """
        vipsam edits pictures in batches. A recipe says what: find things with Segment Anything,
        then cut out, blur, fill, crop, save. One broken picture never stops the others.

          vipsam cutout photo.jpg -o cutout.png              cut out the subject
          vipsam run background-removal photos/ -o out       a shipped recipe on a folder
          vipsam segment photo.jpg --box 40,60,300,200 -o masks

        vipsam ops      what recipes can do          vipsam check RECIPE   find mistakes before running
        vipsam doctor   is everything in place       vipsam help VERB      all options of a verb

        """
}
