import Testing

@Test func packageHasTests() { #expect(Bool(true)) }
