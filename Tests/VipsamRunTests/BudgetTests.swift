import Testing
import VipsamRun

@Suite struct BudgetTests {
    @Test func threadsAreAboutTheCores() {
        let many = Budget(cores: 8, items: 100)
        #expect(many.workers == 8)
        #expect(many.threadsPerWorker == 1)
        let few = Budget(cores: 8, items: 2)
        #expect(few.workers == 2)
        #expect(few.threadsPerWorker == 4)
        let asked = Budget(cores: 8, jobs: 3, items: 100)
        #expect(asked.workers == 3)
        #expect(asked.threadsPerWorker == 2)
    }

    @Test func memoryBoundsWorkersUnlessTheUserDecides() {
        #expect(Budget(cores: 16, memory: 3_000_000_000, usesModel: true).workers == 2)
        #expect(Budget(cores: 16, memory: 1000, usesModel: true).workers == 1)
        #expect(Budget(cores: 16, jobs: 5, memory: 1000, usesModel: true).workers == 5)
    }

    @Test func nothingIsZero() {
        let least = Budget(cores: 0, jobs: 0, items: 0, memory: 0)
        #expect(least.workers == 1)
        #expect(least.threadsPerWorker == 1)
        #expect(least.imageThreads == 1)
    }

    @Test(arguments: [("max 100000", nil), ("150000 100000", 1), ("400000 100000", 4), ("50000 100000", 1), ("x", nil)])
    func quotaOfAContainer(text: String, cores: Int?) {
        #expect(Cores.quota(ofVersion2: text) == cores)
    }

    @Test func slurmBoundsCores() {
        #expect(Cores.available(environment: ["SLURM_CPUS_PER_TASK": "1"]) == 1)
        #expect(Cores.available(environment: ["SLURM_CPUS_PER_TASK": "nonsense"]) >= 1)
        #expect(Cores.available(environment: [:]) >= 1)
    }
}
