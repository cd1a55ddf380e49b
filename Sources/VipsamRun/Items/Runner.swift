internal import Synchronization
public import VipsamRecipe

/// Takes a plan and pictures, and gives outcomes: one worker thread per picture at a time.
///
/// Results do not depend on the number of workers, nor on the threads that one worker uses.
public struct Runner: Sendable {
    public let plan: Plan
    public let items: [RunItem]
    public let outputs: OutputFolder
    public let settings: RunSettings

    /// How often somebody who watches hears of a run in which nothing happens.
    private static let tickMilliseconds: Int32 = 100

    /// How long dropped items have to notice it: between two steps they look.
    private static let dropSeconds = 1.0

    public init(plan: Plan, items: [RunItem], outputs: OutputFolder, settings: RunSettings) {
        self.plan = plan
        self.items = items
        self.outputs = outputs
        self.settings = settings
    }

    /// Runs until all items are done or a stop was asked for.
    ///
    /// - Parameter observer: called on the calling thread, except `finished`, which is called on
    ///   worker threads, one at a time.
    public func run(_ observer: any RunObserver = Silence(), stop: StopControl = StopControl()) -> RunResult {
        let start = RunClock.seconds
        let queue = WorkQueue<Outcome>(items.count)
        let counter = Mutex(Progress(total: items.count, start: start))
        settings.hooks.begin(settings.budget)
        observer.began(counter.withLock { $0 })

        let work: @Sendable () -> Void = { [self] in
            while stop.reason == nil, let index = queue.take() {
                let item = ItemRun(plan, items[index], outputs, settings, stop)
                guard let outcome = item.run() else {
                    queue.drop(index)
                    continue
                }
                if outcome.status == .failed, settings.onError == .stop { stop.stop(.error) }
                counter.withLock { progress in
                    progress.count(outcome)
                    observer.finished(outcome, progress)
                }
                queue.finish(index, outcome)
            }
            settings.hooks.workerEnds()
            queue.wake()
        }
        // A machine that gives fewer threads than asked for still does the work; the calling thread
        // only waits, so that signals, time and the progress line are looked after.
        var threads = (0..<settings.budget.workers).compactMap { _ in SystemThread(work) }
        let isDropped: Bool
        if threads.isEmpty {
            work()
            isDropped = false
        } else {
            isDropped = !wait(queue, stop, start) { observer.tick(counter.withLock { $0 }) }
        }
        if isDropped { threads.forEach { $0.detach() } } else { threads.forEach { $0.join() } }
        threads = []

        let outcomes = queue.results.compactMap { $0 }
        let result = RunResult(
            outcomes: outcomes, left: items.count - outcomes.count, seconds: RunClock.seconds - start,
            stopReason: stop.reason, isDropped: isDropped, warnings: ItemLog.drainRest())
        observer.ended(result)
        return result
    }

    /// - Returns: false when items in work had to be dropped and may still be running.
    private func wait(
        _ queue: WorkQueue<Outcome>, _ stop: StopControl, _ start: Double, tick: () -> Void
    ) -> Bool {
        var droppedAt: Double?
        while true {
            let now = RunClock.seconds
            if let limit = settings.timeLimit, now - start > limit { stop.stop(.timeLimit) }
            let isFinished = queue.finished == items.count || stop.reason != nil && queue.active == 0
            if isFinished { return true }
            if let droppedAt, now - droppedAt > Self.dropSeconds { return false }
            if droppedAt == nil, stop.isOverdue(grace: settings.grace) {
                stop.stopNow()
                outputs.abandon()
                droppedAt = now
            }
            tick()
            queue.wait(milliseconds: Self.tickMilliseconds)
        }
    }
}

/// What a run came to.
public struct RunResult: Sendable {
    /// Of the items that ended, in the order of the list.
    public let outcomes: [Outcome]
    /// Items that were not taken, or dropped.
    public let left: Int
    public let seconds: Double
    public let stopReason: StopControl.Reason?
    /// Whether threads of dropped items may still be running: the process should end soon.
    public let isDropped: Bool
    /// What libraries said on threads that belong to no single item.
    public let warnings: [String]

    package init(
        outcomes: [Outcome], left: Int = 0, seconds: Double, stopReason: StopControl.Reason? = nil,
        isDropped: Bool = false, warnings: [String] = []
    ) {
        self.outcomes = outcomes
        self.left = left
        self.seconds = seconds
        self.stopReason = stopReason
        self.isDropped = isDropped
        self.warnings = warnings
    }

    public func count(_ status: Outcome.Status) -> Int { outcomes.count { $0.status == status } }

    /// Where several apply: 75, 74, 1, 3, 0.
    ///
    /// - Parameter strictReview: whether items that need review are worth a code of their own.
    public func exitCode(strictReview: Bool) -> ExitCode {
        if left > 0, stopReason == .signal || stopReason == .timeLimit { return .stopped }
        if outcomes.contains(where: \.isRetryable) { return .io }
        if count(.failed) > 0 { return .itemsFailed }
        return strictReview && count(.review) > 0 ? .review : .done
    }
}
