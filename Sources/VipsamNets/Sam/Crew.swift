import VipsamTensor

/// Who works on a prompt: several threads together, or one thread alone (while others work on other prompts).
enum Crew {
    case alone(Scratch)
    case together(Threads)

    /// Calls `body` once for each index below `n`, with working memory that is taken back afterwards.
    func spread(_ n: Int, _ body: (Int, Scratch) -> Void) {
        switch self {
        case .alone(let scratch):
            for index in 0..<n { scratch.frame { body(index, scratch) } }
        case .together(let threads):
            threads.spread(n, body)
        }
    }
}
