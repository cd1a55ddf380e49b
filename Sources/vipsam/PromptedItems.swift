internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun

/// Pictures with what the prompt table says about them.
enum PromptedItems {
    /// A picture without a row is left out, with the reason; it is never segmented by guess.
    ///
    /// - Returns: the items, and what is to be said about rows that fit no picture.
    static func join(_ files: [InputFile], _ plan: Plan) throws -> (items: [RunItem], unused: [Diagnostic]) {
        guard let path = plan.input.prompts else { return (files.map { RunItem($0) }, []) }
        let table = try PromptTable.load(path)
        let matches = table.match(files)
        let items = files.map { file in
            let prompts = matches.prompts[file.path]
            return RunItem(
                file, prompts: prompts, skipReason: prompts == nil ? "the prompt table '\(path)' has no row for it" : nil)
        }
        return (items, matches.rowsWithoutPicture)
    }
}
