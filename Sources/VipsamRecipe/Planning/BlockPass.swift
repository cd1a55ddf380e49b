import VipsamKit

/// A block around a step, in the pass that is being planned.
///
/// Names of files have to differ in every pass of every block around. `{n}` sees to that alone, for in nested blocks it
/// is the numbers of all passes, outermost first: `2-3`. A number that runs on through the outer passes would do as
/// well, but would say nothing about the outer pass, and change with how many objects the passes before have.
/// `{label}` and `{item}` are what is at hand, so of the innermost block of their kind.
struct BlockPass {
    /// Counted from 1. A block over objects is planned once: how many there are shows only in the picture.
    let number: Int
    /// The value of a block over values; nil in one over objects.
    let item: String?
    /// Whether two values of the list look alike in the name of a file.
    var isAmbiguous = false

    static let object = BlockPass(number: 1, item: nil)

    /// The passes of a block over values.
    static func all(of texts: [String]) -> [BlockPass] {
        let names = texts.map { Facts(name: "", item: $0).text(of: .item, width: 0) }
        let isAmbiguous = Set(names).count < names.count
        return texts.enumerated().map { BlockPass(number: $0 + 1, item: $1, isAmbiguous: isAmbiguous) }
    }

    /// What is wrong with a name inside blocks, without a place; nil where every pass has a name of its own.
    ///
    /// - Parameter blocks: outermost first.
    static func problem(with template: FileTemplate, inside blocks: [BlockPass]) -> Diagnostic? {
        guard !template.uses(.n) else { return nil }
        var seesObject = false, seesItem = false
        for (index, block) in blocks.enumerated().reversed() {
            let isInnermost = index == blocks.count - 1
            if block.item == nil {
                if seesObject || !template.uses(.label) { return untold(template, isInnermost, "{label}") }
                seesObject = true
            } else {
                if seesItem || !template.uses(.item) { return untold(template, isInnermost, "{item}") }
                if block.isAmbiguous { return alike(template) }
                seesItem = true
            }
        }
        return nil
    }

    private static func untold(_ template: FileTemplate, _ isInnermost: Bool, _ fact: String) -> Diagnostic {
        if isInnermost {
            return .error("every pass of the block would write '\(template.text)'")
                .noting("put {n} or \(fact) into the name")
        }
        return .error("every pass of the outer block would write '\(template.text)'")
            .noting("put {n} into the name: in nested blocks it counts the passes of all of them, such as 2-3")
    }

    private static func alike(_ template: FileTemplate) -> Diagnostic {
        .error("two passes of the block would write '\(template.text)': their values make one {item}")
            .noting("put {n} into the name")
    }
}

extension PlannedOutput {
    init(_ template: FileTemplate, inside blocks: [BlockPass], step: Int) {
        self.init(
            template: template, passes: blocks.map(\.number), item: blocks.last { $0.item != nil }?.item,
            isPerObject: blocks.contains { $0.item == nil }, step: step)
    }
}
