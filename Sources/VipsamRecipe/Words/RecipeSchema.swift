public import VipsamKit

/// The recipe language as a JSON Schema (draft 2020-12), for editors: made from the registered
/// operations, plugins included.
public enum RecipeSchema {
    /// Ends with a line end.
    public static func text(_ registry: Registry) -> String { schema(registry).rendered() + "\n" }

    private static func schema(_ registry: Registry) -> JSONText {
        let input = Parameters(probing: "input")
        let run = Parameters(probing: "run")
        let parameter = Parameters(probing: "params")
        _ = Sections.input(input)
        _ = Sections.run(run)
        _ = ParameterDeclaration(
            "name", at: Mark(source: SourceText(name: "", text: ""), line: 1, column: 1), reading: parameter)
        let plain = FieldSchema(allowsParameters: false)
        let open = FieldSchema(allowsParameters: true)
        let operations = registry.names.compactMap(registry.describe)
        let properties: [(String, JSONText)] = [
            (
                "vipsam",
                .map([("description", .text("The version of the format.")), ("const", .number(Double(Recipe.version)))])
            ),
            ("about", text("One sentence about the recipe.")),
            ("model", text("The model of every segment step: a name of the catalog, or a file.")),
            (
                "params",
                .map([
                    ("description", .text("What users may change, with -p name=value.")), ("type", .text("object")),
                    ("propertyNames", .map([("pattern", .text("^[A-Za-z][A-Za-z0-9_-]*$"))])),
                    (
                        "additionalProperties",
                        plain.fields(parameterFields(parameter.fields), describedAs: "One parameter.")
                    ),
                ])
            ),
            ("input", open.fields(input.fields, describedAs: "What goes in.")),
            ("steps", ref("steps")),
            ("run", open.fields(run.fields, describedAs: "Defaults for the run; the command line goes first.")),
        ]
        return .map([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("title", .text("vipsam recipe")),
            ("type", .text("object")), ("properties", .map(properties)), ("required", .texts(["vipsam", "steps"])),
            ("additionalProperties", .boolean(false)),
            (
                "$defs",
                .map(
                    [
                        ("name", .map([("type", .text("string")), ("pattern", .text("^[A-Za-z][A-Za-z0-9_-]*$"))])),
                        ("steps", .map([("type", .text("array")), ("minItems", .number(1)), ("items", ref("step"))])),
                        ("step", step(operations)),
                    ] + operations.map { ($0.entry.name, operation($0)) })
            ),
        ])
    }

    /// The default of a parameter is of the type that stands beside it, which a schema cannot follow.
    private static func parameterFields(_ fields: [Field]) -> [Field] {
        fields.map { field in
            guard field.key == "default" else { return field }
            return Field(
                key: field.key,
                form: .either([.text, .list(of: .either([.text, .list(of: .text, count: 0...4)]), count: 0...10_000)]),
                defaultText: nil, isRequired: false, isMain: false, help: field.help)
        }
    }

    private static func step(_ operations: [Registry.Description]) -> JSONText {
        let own: [(String, JSONText)] = [
            ("as", .map([("description", .text("A name for the result.")), ("$ref", .text("#/$defs/name"))])),
            (
                "when",
                .map([
                    ("description", .text("A condition; if it says no, the step hands on what it was given.")),
                    ("type", .texts(["string", "boolean"])),
                ])
            ),
            (
                "each",
                .map([
                    (
                        "description",
                        .text("The name of objects, or a list of values: the steps under 'do' run for each.")
                    ),
                    ("type", .texts(["string", "array"])),
                    ("items", .map([("type", .texts(["string", "number", "boolean"]))])),
                ])
            ),
            ("do", ref("steps")),
            ("use", text("Another recipe as one step; its file relative to this one.")),
            (
                "with",
                .map([
                    ("description", .text("Values for the parameters of the other recipe.")), ("type", .text("object")),
                ])
            ),
        ]
        return .map([
            ("description", .text("One operation with its arguments, or a block.")), ("type", .text("object")),
            ("properties", .map(own + operations.map { ($0.entry.name, ref($0.entry.name)) })),
            ("additionalProperties", .boolean(false)), ("minProperties", .number(1)), ("maxProperties", .number(4)),
            (
                "dependentRequired",
                .map([
                    ("each", .texts(["do"])), ("do", .texts(["each"])), ("with", .texts(["use"])),
                ])
            ),
        ])
    }

    /// `if` an object, `then` its arguments, `else` the main value: messages stay about the one meant.
    private static func operation(_ description: Registry.Description) -> JSONText {
        let schema = FieldSchema(allowsParameters: true)
        let arguments = schema.fields(description.fields, describedAs: description.entry.summary)
        let isNeeded = description.fields.contains(where: \.isRequired)
        var alone: [JSONText] = isNeeded ? [] : [.map([("type", .text("null"))])]
        if let main = description.fields.first(where: \.isMain),
            description.fields.allSatisfy({ !$0.isRequired || $0.isMain })
        {
            alone.append(schema.field(main))
        }
        guard !alone.isEmpty else { return arguments }
        return .map([
            ("if", .map([("type", .text("object"))])), ("then", arguments),
            ("else", alone.count == 1 ? alone[0] : .map([("anyOf", .list(alone))])),
        ])
    }

    private static func ref(_ name: String) -> JSONText { .map([("$ref", .text("#/$defs/\(name)"))]) }

    private static func text(_ help: String) -> JSONText {
        .map([("description", .text(help)), ("type", .text("string"))])
    }
}
