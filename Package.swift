// swift-tools-version: 6.1
import PackageDescription

// Targets stand in the order of their layers: each may import only what stands above it.
// Tests/LayeringTests holds the `import` lines against this order (see ARCHITECTURE.md).

let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

/// The host's symbols must be visible to plugins, or casts across the boundary fail silently.
let exportSymbols: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "--export-dynamic"], .when(platforms: [.linux]))]

let builtInPlugins = ["VipsOperations", "FileOperations", "EditOperations", "MaskOperations", "ObjectOperations"]

let package = Package(
    name: "vipsam",
    products: [
        .executable(name: "vipsam", targets: ["vipsam"]),
        .library(name: "VipsamKit", type: .dynamic, targets: ["VipsamKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // Layer 0: system libraries and C
        .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CVipsShim", dependencies: ["CVips"]),
        .target(name: "CKernels"),
        .target(name: "CPluginStamp"),

        // Layer 1: the kit that a plugin may see; tensors that know no image
        .target(name: "VipsamKit", dependencies: ["CVipsShim", "CPluginStamp"], swiftSettings: swift),
        .target(name: "VipsamTensor", dependencies: ["COpenBLAS", "CKernels"], swiftSettings: swift),

        // Layer 2
        .target(name: "VipsamYAML", dependencies: ["CYAML", "VipsamKit"], swiftSettings: swift),
        .target(name: "VipsamNets", dependencies: ["VipsamTensor"], swiftSettings: swift),

        // Layer 3
        .target(
            name: "VipsamSegment", dependencies: ["VipsamKit", "VipsamYAML", "VipsamTensor", "VipsamNets"],
            swiftSettings: swift),
        .target(name: "VipsamRecipe", dependencies: ["VipsamKit", "VipsamYAML"], swiftSettings: swift),

        // Layer 4: families of operations, one file per operation
        .target(name: "VipsOperations", dependencies: ["VipsamKit"], path: "Plugins/Vips", swiftSettings: swift),
        .target(name: "FileOperations", dependencies: ["VipsamKit"], path: "Plugins/File", swiftSettings: swift),
        .target(name: "EditOperations", dependencies: ["VipsamKit"], path: "Plugins/Edit", swiftSettings: swift),
        .target(name: "MaskOperations", dependencies: ["VipsamKit"], path: "Plugins/Mask", swiftSettings: swift),
        .target(name: "ObjectOperations", dependencies: ["VipsamKit"], path: "Plugins/Object", swiftSettings: swift),
        .target(
            name: "SegmentOperations", dependencies: ["VipsamKit", "VipsamSegment"], path: "Plugins/Segment",
            swiftSettings: swift),

        // Layer 5
        .target(
            name: "VipsamRun", dependencies: ["VipsamKit", "VipsamRecipe", "CPluginStamp"], swiftSettings: swift),

        // Layer 6
        .executableTarget(
            name: "vipsam",
            dependencies: [
                "VipsamKit", "VipsamTensor", "VipsamYAML", "VipsamNets", "VipsamSegment", "VipsamRecipe", "VipsamRun",
                "SegmentOperations", "COpenBLAS",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + builtInPlugins.map { .target(name: $0) },
            swiftSettings: swift, linkerSettings: exportSymbols),

        // For tests and the demo only: pictures of our own, made by arithmetic
        .target(name: "VipsamScenes", swiftSettings: swift),
        .executableTarget(name: "vipsam-scenes", dependencies: ["VipsamKit", "VipsamScenes"], swiftSettings: swift),
        .target(name: "VipsamTestKit", dependencies: ["VipsamKit", "VipsamRecipe", "VipsamRun"], swiftSettings: swift),
        .testTarget(name: "LayeringTests", swiftSettings: swift),
        .testTarget(name: "KitTests", dependencies: ["VipsamKit"], swiftSettings: swift),
        .testTarget(
            name: "VipsamYAMLTests", dependencies: ["VipsamYAML", "VipsamKit", "VipsamTestKit"], swiftSettings: swift),
        .testTarget(
            name: "VipsamRecipeTests", dependencies: ["VipsamRecipe", "VipsamYAML", "VipsamKit", "VipsamTestKit"],
            swiftSettings: swift),
        .testTarget(name: "RefineTests", dependencies: ["MaskOperations", "VipsamKit"], swiftSettings: swift),
        .testTarget(name: "InpaintTests", dependencies: ["EditOperations"], swiftSettings: swift),
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels"], swiftSettings: swift),
        .testTarget(name: "VipsamTensorTests", dependencies: ["VipsamTensor"], swiftSettings: swift),
        .testTarget(name: "CheckpointTests", dependencies: ["VipsamTensor"], swiftSettings: swift),
        .testTarget(name: "VipsamNetsTests", dependencies: ["VipsamNets", "VipsamTensor"], swiftSettings: swift),
        .testTarget(
            name: "OperationTests",
            dependencies: ["VipsamKit", "VipsamYAML", "VipsamRecipe"] + builtInPlugins.map { .target(name: $0) },
            swiftSettings: swift),
        .testTarget(
            name: "VipsamRunTests", dependencies: ["VipsamKit", "VipsamRecipe", "VipsamRun"], swiftSettings: swift),
        .testTarget(name: "CommandTests", dependencies: ["VipsamKit", "VipsamScenes"], swiftSettings: swift),
        .testTarget(name: "PixelsTests", dependencies: ["VipsamKit"], swiftSettings: swift),
        .testTarget(
            name: "VipsamSegmentTests", dependencies: ["VipsamKit", "VipsamTensor", "VipsamYAML", "VipsamSegment"],
            swiftSettings: swift),
    ]
)
