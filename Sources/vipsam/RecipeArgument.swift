internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun

/// The recipe that a user names: a file, a shipped recipe's bare name, or `-` for the stream.
enum RecipeArgument {
    static func load(_ name: String) throws -> Recipe {
        if name == "-" {
            guard let text = SmallFile.text(from: Descriptor.standardInput) else {
                throw Failure("the recipe cannot be read from standard input", .noInput)
            }
            return try Recipe.read(Array(text.utf8), path: "standard input")
        }
        return try Recipe.load(path(of: name))
    }

    /// The names of the shipped recipes.
    static var shipped: [String] {
        guard let folder = Folders.shipped("recipes") else { return [] }
        return Paths.entries(of: folder).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    }

    private static func path(of name: String) throws -> String {
        // A folder of a recipe's name is what `run NAME -o NAME` leaves behind; it hides no shipped recipe.
        let isFile = Paths.exists(name) && !Paths.isFolder(name)
        if isFile || name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return name }
        if let folder = Folders.shipped("recipes") {
            let path = Paths.joined(folder, name + ".yaml")
            if Paths.exists(path) { return path }
        }
        let names = shipped
        throw Failure(
            "there is no recipe '\(name)'\(Suggestion.clause(for: name, among: names))", .noInput,
            note: names.isEmpty ? "give the path of a recipe file" : "shipped: \(names.joined(separator: ", "))")
    }
}
