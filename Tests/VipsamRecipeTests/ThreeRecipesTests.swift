import Testing
import VipsamKit
import VipsamRecipe

/// The recipes that the language was made for.
@Suite struct ThreeRecipesTests {
    @Test func everyProductOfAShelf() throws {
        let plan = try goodPlan(
            """
            # yaml-language-server: $schema=./vipsam.schema.json
            vipsam: 1
            about: Cut every product out of each shelf photo - one transparent PNG per product.
            params:
              keep:     {type: text,    default: "a packaged product, box, bottle, can or jar", help: what to keep}
              reject:   {type: text,    default: "price tag, shelf, wall, floor, person",       help: what to drop}
              min-side: {type: integer, default: 40, min: 8, help: "ignore smaller objects (pixels of the working image)"}
            input:
              files: "photos/**/*.{jpg,png,tif,heic}"
            steps:
              - segment-everything: {points-per-side: 32}
                as: parts
              - select-by-text: {keep: $keep, reject: $reject, min-score: 0.25}
              - tidy-objects: {merge-overlap: 0.8, fill-holes: 200, min-side: $min-side}
                as: products
              - each: products
                do:
                  - cutout: {mask: object, feather: 1, margin: 12}
                  - save: {to: "cutouts/{dir}/{name}/{n:03}_{label}.png"}
              - save: {table: products, to: "cutouts/{dir}/{name}.json"}
            """)
        #expect(
            plan.outputs.map(\.template.text) == [
                "cutouts/{dir}/{name}/{n:03}_{label}.png", "cutouts/{dir}/{name}.json",
            ])
        #expect(plan.warnings.isEmpty)
        #expect(plan.access.isStreamed)
    }

    private static let product = """
        vipsam: 1
        about: Subject on a clean background with a soft shadow, cropped and centred on a square.
        params:
          box:        {type: box,     optional: true,  help: "subject as x,y,w,h (pixels or %); left out = find it"}
          background: {type: color,   default: white}
          shadow:     {type: boolean, default: true}
          side:       {type: integer, default: 2000}
        input: {files: "incoming/**/*.{jpg,png,heic,tif}"}
        steps:
          - segment-by-box: {box: $box}       # the box if given, else the best central subject
            as: subject
          - require: {that: subject.area > 2%, else: review}
          - refine-mask: {method: matting, band: 8, decontaminate: true}
            as: alpha
          - cutout: {mask: alpha, trim: true, margin: 6%}
          - shadow: {blur: 24, offset: [0, 18], opacity: 0.35}
            when: $shadow
          - canvas: {size: [$side, $side], fit: inside, color: $background}
          - save: {to: "done/{dir}/{name}.jpg", quality: 92}
          - save: {mask: alpha, to: "done/{dir}/{name}.mask.png"}
        """

    @Test func productOnACleanBackground() throws {
        let plan = try goodPlan(Self.product)
        #expect(
            plan.allOperations.map(\.name) == [
                "segment-by-box", "require", "refine-mask", "cutout", "shadow", "canvas", "save", "save",
            ])
        let without = try goodPlan(
            Self.product, PlanRequest(overrides: ["shadow=false", "side=500", "background=#eee"]))
        #expect(
            without.allOperations.map(\.name) == [
                "segment-by-box", "require", "refine-mask", "cutout", "canvas", "save", "save",
            ])
        #expect(without.allOperations[4].arguments.map(\.text) == ["[500, 500]", "inside", "#eee"])
        #expect(without.allOperations[4].bindings["image"] == without.allOperations[3].result)
    }

    /// Its tiles are not known yet, and nothing else is reported because of that.
    @Test func fieldsOfAScene() throws {
        try check(
            """
            vipsam: 1
            params:
              tile:     {type: integer, default: 1024, help: tile side in pixels}
              overlap:  {type: integer, default: 128,  help: shared border in pixels}
            input:
              files: "scenes/*.tif"
              work-size: original
            steps:
              - 1️⃣tiles: {size: $tile, overlap: $overlap, skip-nodata: 95%}
                do:
                  - segment-everything: {points-per-side: 32}
                as: parts
              - 2️⃣stitch-objects: {match-iou: 0.5, cut-by: tile-edge}
                as: fields
              - 3️⃣polygons: {simplify: 0.5px}
                as: shapes
              - save: {table: fields, to: "out/{name}.csv"}
            run: {memory: 6GB, on-error: continue}
            """,
            [
                ("1️⃣", "'tiles' is not an operation"), ("2️⃣", "'stitch-objects' is not an operation"),
                ("3️⃣", "'polygons' is not an operation"),
            ])
    }
}
