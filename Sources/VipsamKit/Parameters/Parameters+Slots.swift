/// Readers for values that a recipe has to name.
extension Parameters {
    /// A value that the recipe must name.
    public func requiredSlot(_ key: String, _ kind: Kind, _ help: String) -> Slot {
        let name: (String, Mark)? = custom(key, .slot(kind), isRequired: true, help) { node in
            Reading.name(node).map { ($0, node.mark) }
        }
        let slot = Slot(key: key, kind: kind, name: name?.0, mark: name?.1, isOptional: false)
        if isProbe || name != nil { add(slot) }
        return slot
    }

    /// Several values, in order; where nothing is named, the latest of the kind alone.
    ///
    /// Their keys are `key`, `key[1]`, `key[2]`, and so on.
    public func slots(_ key: String, _ kind: Kind, _ help: String) -> [Slot] {
        let names: [(String, Mark)]? = custom(key, .list(of: .slot(kind), count: 1...1000), help) { node in
            if let name = Reading.name(node) { return [(name, node.mark)] }
            let names = node.list?.map { element in Reading.name(element).map { ($0, element.mark) } }
            guard let names, !names.isEmpty, !names.contains(where: { $0 == nil }) else { return nil }
            return names.compactMap { $0 }
        }
        let found = names.map { names in names.map { (Optional($0.0), Optional($0.1)) } } ?? [(nil, nil)]
        let slots = found.enumerated().map { index, name in
            Slot(
                key: index == 0 ? key : "\(key)[\(index)]", kind: kind, name: name.0, mark: name.1, isOptional: false)
        }
        for slot in slots { add(slot) }
        return slots
    }
}
