// Calling any libvips operation by name, with typed values instead of varargs.
#include "private.h"

int vipsam_kind_of(GParamSpec *pspec) {
    GType type = G_PARAM_SPEC_VALUE_TYPE(pspec);
    if (G_IS_PARAM_SPEC_ENUM(pspec)) return VIPSAM_ENUM;
    if (G_IS_PARAM_SPEC_FLAGS(pspec)) return VIPSAM_FLAGS;
    if (type == G_TYPE_BOOLEAN) return VIPSAM_BOOL;
    if (type == G_TYPE_INT || type == G_TYPE_UINT64) return VIPSAM_INT;
    if (type == G_TYPE_DOUBLE) return VIPSAM_DOUBLE;
    if (type == G_TYPE_STRING) return VIPSAM_STRING;
    if (type == VIPS_TYPE_IMAGE) return VIPSAM_IMAGE;
    if (type == VIPS_TYPE_ARRAY_DOUBLE) return VIPSAM_ARRAY_DOUBLE;
    if (type == VIPS_TYPE_ARRAY_INT) return VIPSAM_ARRAY_INT;
    if (type == VIPS_TYPE_ARRAY_IMAGE) return VIPSAM_ARRAY_IMAGE;
    if (type == VIPS_TYPE_INTERPOLATE) return VIPSAM_INTERPOLATE;
    if (type == VIPS_TYPE_BLOB) return VIPSAM_BLOB;
    if (g_type_is_a(type, VIPS_TYPE_SOURCE)) return VIPSAM_SOURCE;
    if (g_type_is_a(type, VIPS_TYPE_TARGET)) return VIPSAM_TARGET;
    return VIPSAM_OTHER;
}

vipsam_call *vipsam_call_new(const char *name) {
    VipsOperation *operation = vips_operation_new(name);
    if (!operation) return NULL;
    vipsam_call *call = g_new0(vipsam_call, 1);
    call->operation = operation;
    return call;
}

void vipsam_call_free(vipsam_call *call) {
    if (!call) return;
    vips_object_unref_outputs(VIPS_OBJECT(call->operation));
    g_object_unref(call->operation);
    g_free(call);
}

static int store(vipsam_call *call, const char *name, GValue *value) {
    g_object_set_property(G_OBJECT(call->operation), name, value);
    g_value_unset(value);
    return VIPSAM_SET_OK;
}

static int store_object(vipsam_call *call, const char *name, GType type, gpointer object) {
    GValue value = G_VALUE_INIT;
    g_value_init(&value, type);
    g_value_take_object(&value, object);
    return store(call, name, &value);
}

/// Draw operations paint on their image: they get one of their own, in memory.
static int set_image(vipsam_call *call, const char *name, VipsImage *image, int modified) {
    if (!modified) return store_object(call, name, VIPS_TYPE_IMAGE, g_object_ref(image));
    VipsImage *own = vips_image_new_memory();
    if (vips_image_write(image, own)) {
        g_object_unref(own);
        return VIPSAM_SET_KIND;
    }
    return store_object(call, name, VIPS_TYPE_IMAGE, own);
}

static int set_int(vipsam_call *call, const char *name, GParamSpec *pspec, int64_t integer) {
    GValue value = G_VALUE_INIT;
    g_value_init(&value, G_PARAM_SPEC_VALUE_TYPE(pspec));
    if (G_IS_PARAM_SPEC_INT(pspec)) {
        GParamSpecInt *spec = G_PARAM_SPEC_INT(pspec);
        if (integer < spec->minimum || integer > spec->maximum) return VIPSAM_SET_RANGE;
        g_value_set_int(&value, (int)integer);
    } else if (G_IS_PARAM_SPEC_UINT64(pspec)) {
        if (integer < 0) return VIPSAM_SET_RANGE;
        g_value_set_uint64(&value, (guint64)integer);
    } else return VIPSAM_SET_KIND;
    return store(call, name, &value);
}

static int set_double(vipsam_call *call, const char *name, GParamSpec *pspec, double number) {
    GParamSpecDouble *spec = G_PARAM_SPEC_DOUBLE(pspec);
    // Written so that a NaN is refused as well.
    if (!(number >= spec->minimum && number <= spec->maximum)) return VIPSAM_SET_RANGE;
    GValue value = G_VALUE_INIT;
    g_value_init(&value, G_TYPE_DOUBLE);
    g_value_set_double(&value, number);
    return store(call, name, &value);
}

static int set_choice(vipsam_call *call, const char *name, GParamSpec *pspec, const vipsam_value *from) {
    GType type = G_PARAM_SPEC_VALUE_TYPE(pspec);
    int number = (int)from->integer;
    GValue value = G_VALUE_INIT;
    if (G_IS_PARAM_SPEC_ENUM(pspec)) {
        GEnumClass *values = g_type_class_ref(type);
        GEnumValue *found =
            from->text ? g_enum_get_value_by_nick(values, from->text) : g_enum_get_value(values, number);
        int known = found != NULL;
        if (known) number = found->value;
        g_type_class_unref(values);
        if (!known) return VIPSAM_SET_RANGE;
        g_value_init(&value, type);
        g_value_set_enum(&value, number);
    } else {
        if (from->text) {
            GFlagsClass *values = g_type_class_ref(type);
            GFlagsValue *found = g_flags_get_value_by_nick(values, from->text);
            int known = found != NULL;
            if (known) number = (int)found->value;
            g_type_class_unref(values);
            if (!known) return VIPSAM_SET_RANGE;
        }
        g_value_init(&value, type);
        g_value_set_flags(&value, (guint)number);
    }
    return store(call, name, &value);
}

static int set_array(vipsam_call *call, const char *name, int kind, const vipsam_value *from) {
    if (from->count > G_MAXINT) return VIPSAM_SET_RANGE;
    GValue value = G_VALUE_INIT;
    int count = (int)from->count;
    if (kind == VIPSAM_ARRAY_DOUBLE) {
        g_value_init(&value, VIPS_TYPE_ARRAY_DOUBLE);
        vips_value_set_array_double(&value, from->doubles, count);
    } else if (kind == VIPSAM_ARRAY_INT) {
        g_value_init(&value, VIPS_TYPE_ARRAY_INT);
        vips_value_set_array_int(&value, from->integers, count);
    } else {
        g_value_init(&value, VIPS_TYPE_ARRAY_IMAGE);
        vips_value_set_array_image(&value, count);
        VipsImage **images = vips_value_get_array_image(&value, NULL);
        for (int i = 0; i < count; i++) images[i] = g_object_ref(vipsam_in(from->images[i]));
    }
    return store(call, name, &value);
}

static int set_text(vipsam_call *call, const char *name, const char *text) {
    GValue value = G_VALUE_INIT;
    g_value_init(&value, G_TYPE_STRING);
    g_value_set_string(&value, text);
    return store(call, name, &value);
}

static int set_blob(vipsam_call *call, const char *name, const void *data, size_t size) {
    GValue value = G_VALUE_INIT;
    g_value_init(&value, VIPS_TYPE_BLOB);
    VipsBlob *blob = vips_blob_copy(data, size);
    g_value_take_boxed(&value, blob);
    return store(call, name, &value);
}

int vipsam_call_set(vipsam_call *call, const char *name, const vipsam_value *from) {
    GParamSpec *pspec;
    VipsArgumentClass *argument;
    VipsArgumentInstance *instance;
    if (vips_object_get_argument(VIPS_OBJECT(call->operation), name, &pspec, &argument, &instance))
        return VIPSAM_SET_UNKNOWN;
    if (!(argument->flags & VIPS_ARGUMENT_INPUT)) return VIPSAM_SET_UNKNOWN;
    int kind = vipsam_kind_of(pspec);
    if (kind != from->kind) return VIPSAM_SET_KIND;
    switch (kind) {
    case VIPSAM_IMAGE:
        return set_image(call, name, vipsam_in(from->image), (argument->flags & VIPS_ARGUMENT_MODIFY) != 0);
    case VIPSAM_DOUBLE: return set_double(call, name, pspec, from->number);
    case VIPSAM_INT: return set_int(call, name, pspec, from->integer);
    case VIPSAM_BOOL: {
        GValue value = G_VALUE_INIT;
        g_value_init(&value, G_TYPE_BOOLEAN);
        g_value_set_boolean(&value, from->integer != 0);
        return store(call, name, &value);
    }
    case VIPSAM_ENUM:
    case VIPSAM_FLAGS: return set_choice(call, name, pspec, from);
    case VIPSAM_STRING: return set_text(call, name, from->text);
    case VIPSAM_ARRAY_DOUBLE:
    case VIPSAM_ARRAY_INT:
    case VIPSAM_ARRAY_IMAGE: return set_array(call, name, kind, from);
    case VIPSAM_INTERPOLATE: {
        VipsInterpolate *interpolate = vips_interpolate_new(from->text);
        if (!interpolate) return VIPSAM_SET_RANGE;
        return store_object(call, name, VIPS_TYPE_INTERPOLATE, interpolate);
    }
    case VIPSAM_BLOB: return set_blob(call, name, from->data, from->count);
    default: return VIPSAM_SET_KIND;
    }
}

/// FFTW has one planner for all threads, and libvips lets any of them into it: two transforms at once corrupt the
/// heap. Transforms work while they are built, so it is enough to build one at a time. Their inputs may be evaluated
/// meanwhile, on threads that never come here.
static GMutex planner;

/// Whether an operation is a Fourier transform, or makes some: fwfft, invfft, freqmult, spectrum, phasecor; fractsurf.
static int transforms(VipsOperation *operation) {
    static const char *const classes[] = {"VipsFreqfilt", "VipsFractsurf"};
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        GType type = g_type_from_name(classes[i]);
        if (type && g_type_is_a(G_OBJECT_TYPE(operation), type)) return 1;
    }
    return 0;
}

int vipsam_call_run(vipsam_call *call) {
    int plans = transforms(call->operation);
    if (plans) g_mutex_lock(&planner);
    int result = vips_object_build(VIPS_OBJECT(call->operation));
    if (plans) g_mutex_unlock(&planner);
    return result;
}

typedef struct {
    void (*each)(const char *, const vipsam_value *, void *);
    void *context;
} output_visitor;

static void visit_value(const char *name, int kind, GValue *value, output_visitor *visitor) {
    vipsam_value out = {.kind = kind};
    int count = 0;
    switch (kind) {
    case VIPSAM_IMAGE: out.image = vipsam_out(g_value_get_object(value)); break;
    case VIPSAM_DOUBLE: out.number = g_value_get_double(value); break;
    case VIPSAM_INT:
        out.integer = G_VALUE_HOLDS_UINT64(value) ? (int64_t)g_value_get_uint64(value) : g_value_get_int(value);
        break;
    case VIPSAM_BOOL: out.integer = g_value_get_boolean(value); break;
    case VIPSAM_ENUM: out.integer = g_value_get_enum(value); break;
    case VIPSAM_FLAGS: out.integer = g_value_get_flags(value); break;
    case VIPSAM_STRING: out.text = g_value_get_string(value); break;
    case VIPSAM_ARRAY_DOUBLE: out.doubles = vips_value_get_array_double(value, &count); break;
    case VIPSAM_ARRAY_INT: out.integers = vips_value_get_array_int(value, &count); break;
    case VIPSAM_BLOB: {
        VipsBlob *blob = g_value_get_boxed(value);
        if (blob) out.data = vips_blob_get(blob, &out.count);
        break;
    }
    default: return;
    }
    if (count > 0) out.count = (size_t)count;
    if (kind == VIPSAM_IMAGE && !out.image) return;
    visitor->each(name, &out, visitor->context);
}

/// Outputs, and images that were drawn on, are results.
static void *visit_output(
    VipsObject *object, GParamSpec *pspec, VipsArgumentClass *argument, VipsArgumentInstance *instance, void *a,
    void *b) {
    (void)b;
    int result = (argument->flags & VIPS_ARGUMENT_OUTPUT) || (argument->flags & VIPS_ARGUMENT_MODIFY);
    if (!result || !instance->assigned || (argument->flags & VIPS_ARGUMENT_DEPRECATED)) return NULL;
    GValue value = G_VALUE_INIT;
    g_value_init(&value, G_PARAM_SPEC_VALUE_TYPE(pspec));
    g_object_get_property(G_OBJECT(object), g_param_spec_get_name(pspec), &value);
    visit_value(g_param_spec_get_name(pspec), vipsam_kind_of(pspec), &value, a);
    g_value_unset(&value);
    return NULL;
}

void vipsam_call_outputs(
    vipsam_call *call, void (*each)(const char *, const vipsam_value *, void *), void *context) {
    output_visitor visitor = {each, context};
    vips_argument_map(VIPS_OBJECT(call->operation), visit_output, &visitor, NULL);
}
