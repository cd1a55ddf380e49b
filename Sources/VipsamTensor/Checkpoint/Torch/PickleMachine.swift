/// Runs the part of Python's pickle language that tables of tensors use. Nothing is ever called or looked up.
///
/// Work and memory are bounded by the length of the input: each operation reads at least one byte of it and pushes at
/// most one value. Source of the operations: Lib/pickletools.py of CPython, protocols 2 to 4.
struct PickleMachine {
    /// Newest protocol whose operations are known.
    static let newestProtocol: UInt8 = 4

    private(set) var heap = PickleHeap()
    private var input: PickleInput
    private var stack: [PickleValue] = []
    /// Heights of the stack at open marks.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    private init(_ input: PickleInput) { self.input = input }

    /// Reads one pickle from `position` on, and moves `position` behind it.
    static func run(
        _ bytes: UnsafeRawBufferPointer, at position: inout Int
    ) throws(FormatError) -> (value: PickleValue, heap: PickleHeap) {
        var machine = PickleMachine(PickleInput(bytes, position: position))
        let value = try machine.run()
        position = machine.input.position
        return (value, machine.heap)
    }

    private mutating func run() throws(FormatError) -> PickleValue {
        while true {
            let code = try input.byte()
            if code == Code.stop { return try pop() }
            try execute(code)
        }
    }

    private mutating func execute(_ code: UInt8) throws(FormatError) {
        switch code {
        case Code.protocolNumber:
            let number = try input.byte()
            guard number <= Self.newestProtocol else {
                throw FormatError("the pickle has protocol \(number); at most \(Self.newestProtocol) is read")
            }
        case Code.frame: _ = try input.length(bytes: 8)
        case Code.mark: marks.append(stack.count)

        case Code.none: stack.append(.none)
        case Code.newTrue: stack.append(.bool(true))
        case Code.newFalse: stack.append(.bool(false))
        case Code.int32: stack.append(.integer(try input.signed(bytes: 4)))
        case Code.uint8: stack.append(.integer(try input.length(bytes: 1)))
        case Code.uint16: stack.append(.integer(try input.length(bytes: 2)))
        case Code.long1: stack.append(try input.long(count: input.length(bytes: 1)))
        case Code.float: stack.append(.float(try input.bigEndianDouble()))
        case Code.unicode, Code.string: stack.append(.string(try input.text(count: input.length(bytes: 4))))
        case Code.shortUnicode, Code.shortString: stack.append(.string(try input.text(count: input.length(bytes: 1))))

        case Code.emptyTuple: stack.append(heap.tuple([]))
        case Code.emptyList: stack.append(heap.list())
        case Code.emptyDictionary: stack.append(heap.dictionary())
        case Code.tuple: stack.append(heap.tuple(try popToMark()))
        case Code.tuple1: stack.append(heap.tuple(try pop(1)))
        case Code.tuple2: stack.append(heap.tuple(try pop(2)))
        case Code.tuple3: stack.append(heap.tuple(try pop(3)))
        case Code.append: try append(pop(1))
        case Code.appends: try append(popToMark())
        case Code.setItem: try set(pop(2))
        case Code.setItems: try set(popToMark())

        case Code.put: memo[try input.length(bytes: 1)] = try top()
        case Code.longPut: memo[try input.length(bytes: 4)] = try top()
        case Code.memoize: memo[memo.count] = try top()
        case Code.get: try recall(input.length(bytes: 1))
        case Code.longGet: try recall(input.length(bytes: 4))

        case Code.global: stack.append(.global(try PickleGlobal(module: input.line(), name: input.line())))
        case Code.stackGlobal:
            guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
                throw .broken("a name that is not text")
            }
            stack.append(.global(try PickleGlobal(module: module, name: name)))
        case Code.reduce:
            let arguments = try pop()
            stack.append(try heap.reduce(pop(), arguments))
        case Code.newObject:
            let arguments = try pop()
            stack.append(try heap.newObject(pop(), arguments))
        case Code.build:
            let state = try pop()
            try heap.build(top(), state)
        case Code.persistentID: stack.append(try heap.persistent(pop()))

        default:
            throw FormatError("the pickle uses operation \(code), which tables of tensors do not need")
        }
    }

    private mutating func append(_ elements: [PickleValue]) throws(FormatError) {
        guard case .list(let index) = try top() else { throw .broken("elements without a list") }
        heap.sequences[index].append(contentsOf: elements)
    }

    private mutating func set(_ items: [PickleValue]) throws(FormatError) {
        guard case .dictionary(let index) = try top(), items.count % 2 == 0 else {
            throw .broken("entries without a dictionary")
        }
        for item in stride(from: 0, to: items.count, by: 2) {
            heap.tables[index].append((items[item], items[item + 1]))
        }
    }

    private mutating func recall(_ index: Int) throws(FormatError) {
        guard let value = memo[index] else { throw .broken("a memory that was never filled") }
        stack.append(value)
    }

    private func top() throws(FormatError) -> PickleValue {
        guard let value = stack.last, stack.count > marks.last ?? 0 else { throw .broken("an empty stack") }
        return value
    }

    private mutating func pop() throws(FormatError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func pop(_ count: Int) throws(FormatError) -> [PickleValue] {
        guard stack.count - count >= marks.last ?? 0 else { throw .broken("an empty stack") }
        let values = Array(stack.suffix(count))
        stack.removeLast(count)
        return values
    }

    private mutating func popToMark() throws(FormatError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw .broken("no mark") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    private enum Code {
        static let mark = UInt8(ascii: "("), stop = UInt8(ascii: "."), none = UInt8(ascii: "N")
        static let int32 = UInt8(ascii: "J"), uint8 = UInt8(ascii: "K"), uint16 = UInt8(ascii: "M")
        static let float = UInt8(ascii: "G"), unicode = UInt8(ascii: "X"), string = UInt8(ascii: "T")
        static let shortString = UInt8(ascii: "U"), shortUnicode: UInt8 = 0x8c
        static let emptyTuple = UInt8(ascii: ")"), emptyList = UInt8(ascii: "]"), emptyDictionary = UInt8(ascii: "}")
        static let tuple = UInt8(ascii: "t"), append = UInt8(ascii: "a"), appends = UInt8(ascii: "e")
        static let setItem = UInt8(ascii: "s"), setItems = UInt8(ascii: "u")
        static let put = UInt8(ascii: "q"), longPut = UInt8(ascii: "r"), memoize: UInt8 = 0x94
        static let get = UInt8(ascii: "h"), longGet = UInt8(ascii: "j")
        static let global = UInt8(ascii: "c"), stackGlobal: UInt8 = 0x93
        static let reduce = UInt8(ascii: "R"), build = UInt8(ascii: "b"), persistentID = UInt8(ascii: "Q")
        static let protocolNumber: UInt8 = 0x80, newObject: UInt8 = 0x81, frame: UInt8 = 0x95
        static let tuple1: UInt8 = 0x85, tuple2: UInt8 = 0x86, tuple3: UInt8 = 0x87
        static let newTrue: UInt8 = 0x88, newFalse: UInt8 = 0x89, long1: UInt8 = 0x8a
    }
}

extension FormatError {
    static func broken(_ what: String) -> FormatError { FormatError("the pickle is broken: it meets \(what)") }
}
