// The image reference: header, copying from memory, evaluation into memory.
#include "private.h"

#include <string.h>

/// Up to this many pixels a rectangle is read on the calling thread; starting a pool would cost more.
static const gint64 small_read = 128 * 128;

vipsam_image *vipsam_image_ref(vipsam_image *image) { return g_object_ref(image); }
void vipsam_image_unref(vipsam_image *image) { g_object_unref(image); }
int vipsam_image_width(vipsam_image *image) { return vips_image_get_width(vipsam_in(image)); }
int vipsam_image_height(vipsam_image *image) { return vips_image_get_height(vipsam_in(image)); }
int vipsam_image_bands(vipsam_image *image) { return vips_image_get_bands(vipsam_in(image)); }
int vipsam_image_format(vipsam_image *image) { return vips_image_get_format(vipsam_in(image)); }
int vipsam_image_interpretation(vipsam_image *image) { return vips_image_get_interpretation(vipsam_in(image)); }
int vipsam_image_guessed_interpretation(vipsam_image *image) {
    return vips_image_guess_interpretation(vipsam_in(image));
}
int vipsam_image_coding(vipsam_image *image) { return vips_image_get_coding(vipsam_in(image)); }
int vipsam_image_has_alpha(vipsam_image *image) { return vips_image_hasalpha(vipsam_in(image)); }
int vipsam_image_page_height(vipsam_image *image) { return vips_image_get_page_height(vipsam_in(image)); }
int vipsam_image_pages(vipsam_image *image) { return vips_image_get_n_pages(vipsam_in(image)); }
size_t vipsam_image_pixel_size(vipsam_image *image) { return VIPS_IMAGE_SIZEOF_PEL(vipsam_in(image)); }
double vipsam_image_x_resolution(vipsam_image *image) { return vips_image_get_xres(vipsam_in(image)); }
double vipsam_image_y_resolution(vipsam_image *image) { return vips_image_get_yres(vipsam_in(image)); }

vipsam_image *vipsam_image_from_memory(
    const void *data, size_t size, int width, int height, int bands, int format) {
    return vipsam_out(vips_image_new_from_memory_copy(data, size, width, height, bands, format));
}

typedef struct {
    unsigned char *out;
    size_t line;
} destination;

/// Receives finished strips, from the top down.
static int copy_strip(VipsRegion *region, VipsRect *area, void *context) {
    destination *to = context;
    for (int y = 0; y < area->height; y++)
        memcpy(to->out + (size_t)(area->top + y) * to->line, VIPS_REGION_ADDR(region, area->left, area->top + y),
               to->line);
    return 0;
}

static int read_here(VipsImage *image, int left, int top, int width, int height, unsigned char *out) {
    VipsRegion *region = vips_region_new(image);
    VipsRect rectangle = {left, top, width, height};
    int result = vips_region_prepare(region, &rectangle);
    if (result == 0) {
        size_t line = (size_t)width * VIPS_IMAGE_SIZEOF_PEL(image);
        for (int y = 0; y < height; y++) memcpy(out + y * line, VIPS_REGION_ADDR(region, left, top + y), line);
    }
    g_object_unref(region);
    return result;
}

int vipsam_image_read(vipsam_image *handle, int left, int top, int width, int height, void *out) {
    VipsImage *image = vipsam_in(handle);
    if (left < 0 || top < 0 || width < 1 || height < 1 || left > image->Xsize - width || top > image->Ysize - height) {
        vips_error("vipsam", "the rectangle leaves the image");
        return -1;
    }
    if ((gint64)width * height <= small_read) return read_here(image, left, top, width, height, out);
    VipsImage *area = image;
    if (width == image->Xsize && height == image->Ysize) g_object_ref(area);
    else if (vips_extract_area(image, &area, left, top, width, height, NULL)) return -1;
    destination to = {out, (size_t)width * VIPS_IMAGE_SIZEOF_PEL(area)};
    int result = vips_sink_disc(area, copy_strip, &to);
    g_object_unref(area);
    return result;
}

vipsam_image *vipsam_image_memory(vipsam_image *image) { return vipsam_out(vips_image_copy_memory(vipsam_in(image))); }

vipsam_image *vipsam_image_relabel(vipsam_image *image, int interpretation) {
    VipsImage *out = NULL;
    if (vips_copy(vipsam_in(image), &out, "interpretation", interpretation, NULL)) return NULL;
    return vipsam_out(out);
}
