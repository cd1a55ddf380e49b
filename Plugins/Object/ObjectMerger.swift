/// Joins objects of which a large part lies in another.
///
/// Two belong together when the pixels of both are at least `overlap` of the smaller one. Groups are joined by
/// union-find over the set as it was found, so the result does not depend on an order of merging; a group takes the
/// place of its first.
struct ObjectMerger {
    let overlap: Double
    let raster: WorkingRaster

    func merged(_ shapes: [ObjectShape]) -> [ObjectShape] {
        var parent = Array(shapes.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parent[index] != index { index = parent[index] }
            return index
        }
        for i in shapes.indices {
            for j in shapes.indices where j > i {
                guard shapes[i].overlaps(shapes[j], by: overlap) else { continue }
                let a = root(i), b = root(j)
                if a != b { parent[max(a, b)] = min(a, b) }
            }
        }
        let groups = Dictionary(grouping: shapes.indices, by: root)
        return shapes.indices.filter { root($0) == $0 }.map { index in
            let members = (groups[index] ?? [index]).map { shapes[$0] }
            return members.count == 1 ? members[0] : ObjectShape(joining: members, raster)
        }
    }
}
