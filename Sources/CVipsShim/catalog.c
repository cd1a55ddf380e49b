// Introspection: every operation that this libvips has, and every argument of each.
#include "private.h"

typedef struct {
    void (*each)(const char *, const char *, int, void *);
    void *context;
} operation_visitor;

static int flags_of(GType type, VipsOperationClass *class) {
    int flags = 0;
    VipsOperationFlags set = class->flags;
    if (set & VIPS_OPERATION_DEPRECATED) flags |= VIPSAM_OPERATION_DEPRECATED;
    if (set & VIPS_OPERATION_UNTRUSTED) flags |= VIPSAM_OPERATION_UNTRUSTED;
    if (set & VIPS_OPERATION_SEQUENTIAL) flags |= VIPSAM_OPERATION_SEQUENTIAL;
    if (g_type_is_a(type, VIPS_TYPE_FOREIGN)) flags |= VIPSAM_OPERATION_FOREIGN;
    GType draw = g_type_from_name("VipsDraw");
    if (draw && g_type_is_a(type, draw)) flags |= VIPSAM_OPERATION_DRAW;
    return flags;
}

static void *visit_operation(GType type, void *context) {
    operation_visitor *visitor = context;
    if (G_TYPE_IS_ABSTRACT(type)) return NULL;
    gpointer class = g_type_class_ref(type);
    VipsObjectClass *object = VIPS_OBJECT_CLASS(class);
    // `crop` is a type of its own that shares its nickname with extract_area; it is called by its type's name.
    const char *name = g_str_has_prefix(g_type_name(type), "Vips") ? object->nickname : g_type_name(type);
    visitor->each(name, object->description, flags_of(type, VIPS_OPERATION_CLASS(class)),
                  visitor->context);
    g_type_class_unref(class);
    return NULL;
}

void vipsam_each_operation(void (*each)(const char *, const char *, int, void *), void *context) {
    operation_visitor visitor = {each, context};
    vips_type_map_all(g_type_from_name("VipsOperation"), visit_operation, &visitor);
}

typedef struct {
    void (*each)(const vipsam_argument *, void *);
    void *context;
    /// An operation with nothing set yet: what it holds is what counts where an argument is left out.
    GObject *fresh;
} argument_visitor;

static const char *nick(GParamSpecEnum *spec, int number) {
    GEnumValue *value = g_enum_get_value(spec->enum_class, number);
    return value ? value->value_nick : NULL;
}

static void fill_range(GParamSpec *pspec, vipsam_argument *out) {
    if (G_IS_PARAM_SPEC_INT(pspec)) {
        GParamSpecInt *spec = G_PARAM_SPEC_INT(pspec);
        out->has_range = 1, out->minimum = spec->minimum, out->maximum = spec->maximum;
        out->number = spec->default_value;
    } else if (G_IS_PARAM_SPEC_UINT64(pspec)) {
        GParamSpecUInt64 *spec = G_PARAM_SPEC_UINT64(pspec);
        out->has_range = 1, out->minimum = (double)spec->minimum, out->maximum = (double)spec->maximum;
        out->number = (double)spec->default_value;
    } else if (G_IS_PARAM_SPEC_DOUBLE(pspec)) {
        GParamSpecDouble *spec = G_PARAM_SPEC_DOUBLE(pspec);
        out->has_range = 1, out->minimum = spec->minimum, out->maximum = spec->maximum;
        out->number = spec->default_value;
    } else if (G_IS_PARAM_SPEC_BOOLEAN(pspec)) {
        out->number = G_PARAM_SPEC_BOOLEAN(pspec)->default_value;
    } else if (G_IS_PARAM_SPEC_ENUM(pspec)) {
        out->text = nick(G_PARAM_SPEC_ENUM(pspec), G_PARAM_SPEC_ENUM(pspec)->default_value);
        out->number = G_PARAM_SPEC_ENUM(pspec)->default_value;
    } else if (G_IS_PARAM_SPEC_FLAGS(pspec)) {
        out->number = G_PARAM_SPEC_FLAGS(pspec)->default_value;
    } else if (G_IS_PARAM_SPEC_STRING(pspec)) {
        out->text = G_PARAM_SPEC_STRING(pspec)->default_value;
    }
}

/// Numbers and words as they are in a fresh operation, at an argument's place in it. What libvips declares as a default
/// is not always what it sets (gamma says 2.4 and takes 1 / 2.4), and asked for a value that nobody has set it tells
/// what it declares.
static void fill_default(GObject *fresh, GParamSpec *pspec, guint offset, vipsam_argument *out) {
    if (G_IS_PARAM_SPEC_INT(pspec)) out->number = G_STRUCT_MEMBER(int, fresh, offset);
    else if (G_IS_PARAM_SPEC_UINT64(pspec)) out->number = (double)G_STRUCT_MEMBER(guint64, fresh, offset);
    else if (G_IS_PARAM_SPEC_DOUBLE(pspec)) out->number = G_STRUCT_MEMBER(double, fresh, offset);
    else if (G_IS_PARAM_SPEC_BOOLEAN(pspec)) out->number = G_STRUCT_MEMBER(gboolean, fresh, offset);
    else if (G_IS_PARAM_SPEC_FLAGS(pspec)) out->number = G_STRUCT_MEMBER(int, fresh, offset);
    else if (G_IS_PARAM_SPEC_ENUM(pspec)) {
        int number = G_STRUCT_MEMBER(int, fresh, offset);
        out->number = number;
        out->text = nick(G_PARAM_SPEC_ENUM(pspec), number);
    }
}

static void *visit_argument(
    VipsObjectClass *class, GParamSpec *pspec, VipsArgumentClass *argument, void *a, void *b) {
    (void)class, (void)b;
    argument_visitor *visitor = a;
    // Construct-time arguments of VipsObject itself (nickname, description) are no arguments of the operation.
    if (!(argument->flags & (VIPS_ARGUMENT_INPUT | VIPS_ARGUMENT_OUTPUT))) return NULL;
    vipsam_argument out = {
        .name = g_param_spec_get_name(pspec),
        .blurb = g_param_spec_get_blurb(pspec),
        .kind = vipsam_kind_of(pspec),
        .type = g_type_name(G_PARAM_SPEC_VALUE_TYPE(pspec)),
    };
    if (argument->flags & VIPS_ARGUMENT_REQUIRED) out.flags |= VIPSAM_ARGUMENT_REQUIRED;
    if (argument->flags & VIPS_ARGUMENT_INPUT) out.flags |= VIPSAM_ARGUMENT_INPUT;
    if (argument->flags & VIPS_ARGUMENT_OUTPUT) out.flags |= VIPSAM_ARGUMENT_OUTPUT;
    if (argument->flags & VIPS_ARGUMENT_DEPRECATED) out.flags |= VIPSAM_ARGUMENT_DEPRECATED;
    if (argument->flags & VIPS_ARGUMENT_MODIFY) out.flags |= VIPSAM_ARGUMENT_MODIFY;
    fill_range(pspec, &out);
    int is_optional_input = (argument->flags & VIPS_ARGUMENT_INPUT) && !(argument->flags & VIPS_ARGUMENT_REQUIRED);
    if (is_optional_input) fill_default(visitor->fresh, pspec, argument->offset, &out);
    visitor->each(&out, visitor->context);
    return NULL;
}

int vipsam_each_argument(
    const char *operation, void (*each)(const vipsam_argument *, void *), void *context) {
    GType type = vips_type_find("VipsOperation", operation);
    if (!type || G_TYPE_IS_ABSTRACT(type)) return -1;
    argument_visitor visitor = {each, context, g_object_new(type, NULL)};
    gpointer class = g_type_class_ref(type);
    vips_argument_class_map(VIPS_OBJECT_CLASS(class), visit_argument, &visitor, NULL);
    g_type_class_unref(class);
    g_object_unref(visitor.fresh);
    return 0;
}

void vipsam_enum_each(const char *name, void (*each)(const char *, int, void *), void *context) {
    GType type = g_type_from_name(name);
    if (!type) return;
    gpointer class = g_type_class_ref(type);
    if (G_IS_ENUM_CLASS(class)) {
        GEnumClass *values = class;
        for (guint i = 0; i < values->n_values; i++)
            each(values->values[i].value_nick, values->values[i].value, context);
    } else if (G_IS_FLAGS_CLASS(class)) {
        GFlagsClass *values = class;
        for (guint i = 0; i < values->n_values; i++)
            each(values->values[i].value_nick, (int)values->values[i].value, context);
    }
    g_type_class_unref(class);
}

typedef struct {
    void (*each)(const char *, const char *, void *);
    void *context;
} interpolator_visitor;

static void *visit_interpolator(GType type, void *context) {
    interpolator_visitor *visitor = context;
    if (G_TYPE_IS_ABSTRACT(type)) return NULL;
    gpointer class = g_type_class_ref(type);
    visitor->each(VIPS_OBJECT_CLASS(class)->nickname, VIPS_OBJECT_CLASS(class)->description, visitor->context);
    g_type_class_unref(class);
    return NULL;
}

void vipsam_each_interpolator(void (*each)(const char *, const char *, void *), void *context) {
    interpolator_visitor visitor = {each, context};
    vips_type_map_all(VIPS_TYPE_INTERPOLATE, visit_interpolator, &visitor);
}
