// A binary mask made on demand from column-major run lengths (the order of COCO's encoding).
#include "private.h"

#include <string.h>

typedef struct {
    int width;
    int height;
    /// Where each run ends, in column-major pixels; odd runs are foreground.
    uint64_t *ends;
    /// The run that holds the top pixel of each column.
    uint32_t *first;
} runs;

static void free_runs(gpointer data) {
    runs *r = data;
    g_free(r->ends);
    g_free(r->first);
    g_free(r);
}

static void on_close(VipsImage *image, gpointer data) {
    (void)image;
    free_runs(data);
}

/// Walks one column down from `top`.
static void fill_column(const runs *r, VipsRegion *out, int x, int top, int height) {
    uint64_t at = (uint64_t)x * r->height + top, stop = at + height;
    uint32_t run = r->first[x];
    while (r->ends[run] <= at) run++;
    size_t line = VIPS_REGION_LSKIP(out);
    unsigned char *pixel = VIPS_REGION_ADDR(out, x, top);
    while (at < stop) {
        uint64_t end = VIPS_MIN(r->ends[run], stop);
        unsigned char value = run & 1 ? 255 : 0;
        for (; at < end; at++, pixel += line) *pixel = value;
        run++;
    }
}

static int generate(VipsRegion *out, void *sequence, void *a, void *b, gboolean *stop_now) {
    (void)sequence, (void)b, (void)stop_now;
    VipsRect area = out->valid;
    for (int x = area.left; x < area.left + area.width; x++) fill_column(a, out, x, area.top, area.height);
    return 0;
}

/// 0 when the runs add up to exactly the image.
static int index_runs(runs *r, const uint32_t *counts, size_t count) {
    uint64_t total = (uint64_t)r->width * r->height, sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += counts[i];
        if (sum > total) return -1;
        r->ends[i] = sum;
    }
    if (sum != total) return -1;
    uint32_t run = 0;
    for (int x = 0; x < r->width; x++) {
        while (r->ends[run] <= (uint64_t)x * r->height) run++;
        r->first[x] = run;
    }
    return 0;
}

vipsam_image *vipsam_mask_from_counts(const uint32_t *counts, size_t count, int width, int height) {
    if (width < 1 || height < 1 || width > VIPS_MAX_COORD || height > VIPS_MAX_COORD || count < 1 ||
        count > UINT32_MAX) {
        vips_error("vipsam", "the sizes of the mask do not fit together");
        return NULL;
    }
    runs *r = g_new0(runs, 1);
    r->width = width;
    r->height = height;
    r->ends = g_try_new(uint64_t, count);
    r->first = g_try_new(uint32_t, (gsize)width);
    if (!r->ends || !r->first || index_runs(r, counts, count)) {
        vips_error("vipsam", "the run lengths do not add up to the image");
        free_runs(r);
        return NULL;
    }
    VipsImage *image = vips_image_new();
    vips_image_init_fields(image, width, height, 1, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE, VIPS_INTERPRETATION_B_W, 1, 1);
    g_signal_connect(image, "postclose", G_CALLBACK(on_close), r);
    if (vips_image_pipelinev(image, VIPS_DEMAND_STYLE_ANY, NULL) ||
        vips_image_generate(image, NULL, generate, NULL, r, NULL)) {
        g_object_unref(image);
        return NULL;
    }
    return vipsam_out(image);
}
