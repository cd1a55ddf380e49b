// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Example",
    products: [.library(name: "Example", type: .dynamic, targets: ["Example"])],
    // Outside of this repository: .package(url: "…/vipsam", exact: "the version that loads it")
    dependencies: [.package(name: "vipsam", path: "../..")],
    targets: [
        .target(
            name: "Example", dependencies: [.product(name: "VipsamKit", package: "vipsam")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
