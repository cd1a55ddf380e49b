// Loading and saving through sources and targets: no file name is ever parsed for options, and a failed write keeps
// its errno.
#include "private.h"

#include <errno.h>
#include <unistd.h>

const char *vipsam_find_loader(const char *path) {
    VipsSource *source = vips_source_new_from_file(path);
    if (!source) return NULL;
    const char *loader = vips_foreign_find_load_source(source);
    g_object_unref(source);
    return loader ? vips_nickname_find(g_type_from_name(loader)) : NULL;
}

int vipsam_is_blocked(const char *operation) {
    GType type = vips_type_find("VipsOperation", operation);
    if (!type) return 1;
    gpointer class = g_type_class_ref(type);
    int blocked = (VIPS_OPERATION_CLASS(class)->flags & VIPS_OPERATION_BLOCKED) != 0;
    g_type_class_unref(class);
    return blocked;
}

int vipsam_foreign_suffixes(const char *operation, void (*each)(const char *, void *), void *context) {
    GType type = vips_type_find("VipsForeign", operation);
    if (!type) return -1;
    gpointer class = g_type_class_ref(type);
    const char **suffixes = VIPS_FOREIGN_CLASS(class)->suffs;
    for (int i = 0; suffixes && suffixes[i]; i++) each(suffixes[i], context);
    g_type_class_unref(class);
    return 0;
}

/// Sets a property only where the loader has it.
static void set_if_present(VipsOperation *operation, const char *name, GType type, double number) {
    if (!g_object_class_find_property(G_OBJECT_GET_CLASS(operation), name)) return;
    GValue value = G_VALUE_INIT;
    g_value_init(&value, type);
    if (type == G_TYPE_DOUBLE) g_value_set_double(&value, number);
    else if (type == G_TYPE_INT) g_value_set_int(&value, (int)number);
    else g_value_set_enum(&value, (int)number);
    g_object_set_property(G_OBJECT(operation), name, &value);
    g_value_unset(&value);
}

vipsam_image *vipsam_load(const char *path, const char *loader, const vipsam_load_options *options) {
    VipsSource *source = vips_source_new_from_file(path);
    if (!source) return NULL;
    VipsOperation *operation = vips_operation_new(loader);
    if (!operation) {
        g_object_unref(source);
        return NULL;
    }
    g_object_set(operation, "source", source, NULL);
    g_object_unref(source);
    set_if_present(operation, "access", VIPS_TYPE_ACCESS,
                   options->sequential ? VIPS_ACCESS_SEQUENTIAL : VIPS_ACCESS_RANDOM);
    set_if_present(operation, "fail-on", VIPS_TYPE_FAIL_ON, options->fail_on);
    if (options->shrink > 1) set_if_present(operation, "shrink", G_TYPE_INT, options->shrink);
    if (options->scale > 0) set_if_present(operation, "scale", G_TYPE_DOUBLE, options->scale);
    VipsImage *out = NULL;
    if (vips_object_build(VIPS_OBJECT(operation)) == 0) g_object_get(operation, "out", &out, NULL);
    vips_object_unref_outputs(VIPS_OBJECT(operation));
    g_object_unref(operation);
    return vipsam_out(out);
}

vipsam_image *vipsam_load_thumbnail(const char *path, int width, int height, int fail_on) {
    VipsSource *source = vips_source_new_from_file(path);
    if (!source) return NULL;
    VipsImage *out = NULL;
    int result = vips_thumbnail_source(
        source, &out, width, "height", height, "size", VIPS_SIZE_FORCE, "export-profile", "srgb", "fail-on", fail_on,
        NULL);
    g_object_unref(source);
    return result ? NULL : vipsam_out(out);
}

typedef struct {
    int descriptor;
    int error;
} sink;

static gint64 on_write(VipsTargetCustom *target, const void *data, gint64 length, gpointer context) {
    (void)target;
    sink *to = context;
    ssize_t written;
    do written = write(to->descriptor, data, (size_t)length);
    while (written < 0 && errno == EINTR);
    if (written < 0) to->error = errno;
    return written;
}

static gint64 on_read(VipsTargetCustom *target, void *data, gint64 length, gpointer context) {
    (void)target;
    sink *to = context;
    ssize_t got;
    do got = read(to->descriptor, data, (size_t)length);
    while (got < 0 && errno == EINTR);
    if (got < 0) to->error = errno;
    return got;
}

static gint64 on_seek(VipsTargetCustom *target, gint64 offset, int whence, gpointer context) {
    (void)target;
    sink *to = context;
    off_t position = lseek(to->descriptor, offset, whence);
    if (position < 0) to->error = errno;
    return position;
}

int vipsam_save(vipsam_call *call, int descriptor, int *error) {
    sink to = {descriptor, 0};
    VipsTargetCustom *target = vips_target_custom_new();
    g_signal_connect(target, "write", G_CALLBACK(on_write), &to);
    g_signal_connect(target, "read", G_CALLBACK(on_read), &to);
    g_signal_connect(target, "seek", G_CALLBACK(on_seek), &to);
    g_object_set(call->operation, "target", target, NULL);
    int result = vips_object_build(VIPS_OBJECT(call->operation));
    g_signal_handlers_disconnect_by_data(target, &to);
    g_object_unref(target);
    *error = to.error;
    return to.error ? -1 : result;
}
