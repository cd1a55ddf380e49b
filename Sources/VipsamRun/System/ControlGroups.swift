/// The limits that a container sets, as the kernel shows them.
package enum ControlGroups {
    private static let root = "/sys/fs/cgroup"

    /// The texts of a file in this process's control group and in all groups above it, from the
    /// innermost outwards.
    ///
    /// - Parameter controller: of version 1 (`cpu`, `memory`); empty for version 2.
    package static func files(_ name: String, controller: String) -> [String] {
        guard let groups = SmallFile.text("/proc/self/cgroup") else { return [] }
        for line in groups.split(separator: "\n") {
            // 0::/user.slice or 4:cpu,cpuacct:/docker/1234
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            guard controller.isEmpty ? parts[1].isEmpty : controllers.contains(Substring(controller)) else { continue }
            let mount = controller.isEmpty ? root : "\(root)/\(controller)"
            return chain(String(parts[2])).compactMap { SmallFile.text("\(mount)\($0)/\(name)") }
        }
        return []
    }

    /// `/a/b`, `/a` and the root itself. A container often shows its own group as the root.
    private static func chain(_ path: String) -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        return (0...parts.count).reversed().map { count in
            parts.prefix(count).map { "/" + $0 }.joined()
        }
    }
}
