// Metadata fields of an image. Fields are changed on a header copy; the pixels are shared.
#include "private.h"


void vipsam_image_fields(vipsam_image *image, void (*each)(const char *, void *), void *context) {
    gchar **names = vips_image_get_fields(vipsam_in(image));
    for (int i = 0; names && names[i]; i++) each(names[i], context);
    g_strfreev(names);
}

int vipsam_image_has_field(vipsam_image *image, const char *name) {
    return vips_image_get_typeof(vipsam_in(image), name) != 0;
}

int vipsam_image_get_int(vipsam_image *image, const char *name, int *out) {
    if (vips_image_get_typeof(vipsam_in(image), name) != G_TYPE_INT) return -1;
    return vips_image_get_int(vipsam_in(image), name, out);
}

char *vipsam_image_get_text(vipsam_image *image, const char *name) {
    const char *text = NULL;
    GType type = vips_image_get_typeof(vipsam_in(image), name);
    if (type != G_TYPE_STRING && type != VIPS_TYPE_REF_STRING) return NULL;
    if (vips_image_get_string(vipsam_in(image), name, &text)) return NULL;
    return g_strdup(text);
}

int vipsam_image_get_blob(vipsam_image *image, const char *name, const void **data, size_t *size) {
    if (vips_image_get_typeof(vipsam_in(image), name) != VIPS_TYPE_BLOB) return -1;
    return vips_image_get_blob(vipsam_in(image), name, data, size);
}

vipsam_image *vipsam_image_without(vipsam_image *image, const char *const *names, int count) {
    VipsImage *out = NULL;
    if (vips_copy(vipsam_in(image), &out, NULL)) return NULL;
    for (int i = 0; i < count; i++) vips_image_remove(out, names[i]);
    return vipsam_out(out);
}

vipsam_image *vipsam_image_with_blob(vipsam_image *image, const char *name, const void *data, size_t size) {
    VipsImage *out = NULL;
    if (vips_copy(vipsam_in(image), &out, NULL)) return NULL;
    vips_image_set_blob_copy(out, name, data, size);
    return vipsam_out(out);
}
