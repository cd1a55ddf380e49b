internal import ArgumentParser
internal import VipsamRecipe

/// `vipsam schema`: the recipe language for editors.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a JSON Schema of recipes, plugins included.",
        discussion: "Editors check and complete recipes whose first line is\n"
            + "# yaml-language-server: $schema=./vipsam.schema.json")

    @OptionGroup var global: GlobalOptions

    mutating func run() throws {
        try failing { Terminal.put(RecipeSchema.text(try global.registry())) }
    }
}
