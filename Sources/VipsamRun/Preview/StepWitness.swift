internal import VipsamKit
internal import VipsamRecipe

/// Sees every step of a walk, and what it comes to.
protocol StepWitness: AnyObject {
    /// Passes of a block that are walked, where nothing is collected from the others.
    var mostPasses: Int { get }

    func begins(_ step: OperationStep, _ facts: Facts, isInBlock: Bool)

    /// - Returns: the result that is worked on with: perhaps the same one, computed already.
    func ended(_ step: OperationStep, with result: Value?) throws -> Value?

    /// A step whose `when` says no.
    func passedOver(_ step: OperationStep)

    func leavesOut(passes: Int)
}
