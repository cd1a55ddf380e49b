import ArgumentParser

@main
struct Vipsam: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "vipsam")
}
