// A mask made on demand from low-resolution logits: the model frame is never built.
//
// Per axis, the two bilinear steps (grid to frame, valid part of the frame to the picture) are one linear operator with
// at most three taps per output pixel. Coordinates follow the plain half-pixel rule in single precision:
// s = max(0, (i + 0.5) * n_in / n_out - 0.5), neighbours floor(s) and min(floor(s) + 1, n_in - 1).
//
// Far beyond the frame's size the contour of a bilinear surface is a chain of facets. There, if asked for, the logits
// are the coefficients of a uniform cubic B-spline (de Boor 1978), whose contours have no corners: four taps.
#include "private.h"

#include <math.h>
#include <string.h>

typedef struct {
    int first;
    float weight[4];
} taps;

typedef struct {
    vipsam_logits shape;
    float *grid;
    taps *across;
    taps *down;
} source;

static void neighbours(int i, int n_in, int n_out, int *low, int *high, float *fraction) {
    float scale = (float)n_in / (float)n_out;
    float s = ((float)i + 0.5f) * scale - 0.5f;
    if (!(s > 0)) s = 0;
    int at = (int)s;
    if (at > n_in - 1) at = n_in - 1;
    *low = at;
    *high = at + 1 < n_in ? at + 1 : n_in - 1;
    *fraction = s - (float)at;
}

static void add(taps *out, int cell, float weight) {
    int slot = cell - out->first;
    if (slot >= 0 && slot < 4) out->weight[slot] += weight;
}

/// The operator of one axis: `cells` grid cells, `frame` pixels of which `valid` are used, `length` output pixels.
static taps *axis(int cells, int frame, int valid, int length) {
    taps *out = g_try_new0(taps, (gsize)length);
    if (!out) return NULL;
    for (int i = 0; i < length; i++) {
        int a, b;
        float f;
        neighbours(i, valid, length, &a, &b, &f);
        int a0, a1, b0, b1;
        float fa, fb;
        neighbours(a, cells, frame, &a0, &a1, &fa);
        neighbours(b, cells, frame, &b0, &b1, &fb);
        out[i].first = a0;
        add(&out[i], a0, (1 - f) * (1 - fa));
        add(&out[i], a1, (1 - f) * fa);
        add(&out[i], b0, f * (1 - fb));
        add(&out[i], b1, f * fb);
    }
    return out;
}

/// The same for a B-spline. Beyond the border the outermost cell is repeated.
static taps *smooth_axis(int cells, int frame, int valid, int length) {
    taps *out = g_try_new0(taps, (gsize)length);
    if (!out) return NULL;
    for (int i = 0; i < length; i++) {
        double place = (i + 0.5) * valid / length * cells / frame - 0.5;
        int at = (int)floor(place);
        double t = place - at, u = 1 - t;
        double weights[4] = {u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) / 6,
                             t * t * t / 6};
        out[i].first = VIPS_CLIP(0, at - 1, cells - 1);
        for (int k = 0; k < 4; k++) add(&out[i], VIPS_CLIP(0, at - 1 + k, cells - 1), (float)weights[k]);
    }
    return out;
}

static void free_source(gpointer data) {
    source *from = data;
    g_free(from->grid);
    g_free(from->across);
    g_free(from->down);
    g_free(from);
}

static void on_close(VipsImage *image, gpointer data) {
    (void)image;
    free_source(data);
}

static void *start(VipsImage *image, void *a, void *b) {
    (void)image, (void)b;
    return g_new(float, ((source *)a)->shape.grid_width);
}

static int stop(void *row, void *a, void *b) {
    (void)a, (void)b;
    g_free(row);
    return 0;
}

/// Mixes up to four grid rows into `row`, columns `from` to `to`. Returns the largest value.
static float mix_rows(const source *s, const taps *t, float *row, int from, int to) {
    int width = s->shape.grid_width, last = s->shape.grid_height - 1;
    const float *r0 = s->grid + (size_t)t->first * width;
    const float *r1 = s->grid + (size_t)(t->first + 1 <= last ? t->first + 1 : last) * width;
    const float *r2 = s->grid + (size_t)(t->first + 2 <= last ? t->first + 2 : last) * width;
    const float *r3 = s->grid + (size_t)(t->first + 3 <= last ? t->first + 3 : last) * width;
    float most = -INFINITY;
    for (int x = from; x <= to; x++) {
        float value = t->weight[0] * r0[x] + t->weight[1] * r1[x] + t->weight[2] * r2[x];
        if (t->weight[3] != 0) value += t->weight[3] * r3[x];
        row[x] = value;
        if (value > most) most = value;
    }
    return most;
}

static inline unsigned char soft(float logit, float threshold, float scale) {
    float value = (logit - threshold) * scale + 128.0f;
    // Written so that a NaN is background.
    if (!(value >= 0.5f)) return 0;
    return value >= 254.5f ? 255 : (unsigned char)(value + 0.5f);
}

static int generate(VipsRegion *out, void *sequence, void *a, void *b, gboolean *stop_now) {
    (void)b, (void)stop_now;
    const source *s = a;
    const vipsam_logits *shape = &s->shape;
    float *row = sequence;
    VipsRect area = out->valid;
    int last = shape->grid_width - 1;
    int from = s->across[area.left].first;
    int to = VIPS_MIN(s->across[area.left + area.width - 1].first + 3, last);
    float scale = shape->softness > 0 ? 255.0f / shape->softness : 0;
    // A convex mix is never above its largest part (but for rounding): rows that stay below are background.
    float floor = shape->softness > 0 ? shape->threshold - shape->softness * 0.51f : shape->threshold;
    floor -= fabsf(floor) * 1e-5f;
    for (int y = area.top; y < area.top + area.height; y++) {
        unsigned char *pixel = VIPS_REGION_ADDR(out, area.left, y);
        if (!(mix_rows(s, &s->down[y], row, from, to) > floor)) {
            memset(pixel, 0, (size_t)area.width);
            continue;
        }
        for (int x = 0; x < area.width; x++) {
            const taps *t = &s->across[area.left + x];
            int second = t->first + 1 <= last ? t->first + 1 : last;
            int third = t->first + 2 <= last ? t->first + 2 : last;
            float logit = t->weight[0] * row[t->first] + t->weight[1] * row[second] + t->weight[2] * row[third];
            if (t->weight[3] != 0) logit += t->weight[3] * row[t->first + 3 <= last ? t->first + 3 : last];
            pixel[x] = scale > 0 ? soft(logit, shape->threshold, scale) : (logit > shape->threshold ? 255 : 0);
        }
    }
    return 0;
}

/// The grid may not be finer than the frame: then an output pixel could need more taps than there are.
static int plausible(const vipsam_logits *l) {
    return l->logits && l->grid_width > 0 && l->grid_height > 0 && l->grid_width <= l->frame &&
        l->grid_height <= l->frame && l->valid_width > 0 && l->valid_height > 0 && l->valid_width <= l->frame &&
        l->valid_height <= l->frame && l->width > 0 &&
        l->height > 0 && l->width <= VIPS_MAX_COORD && l->height <= VIPS_MAX_COORD && l->softness >= 0 &&
        l->frame <= 1 << 14;
}

vipsam_image *vipsam_mask_from_logits(const vipsam_logits *logits) {
    if (!plausible(logits)) {
        vips_error("vipsam", "the sizes of the mask do not fit together");
        return NULL;
    }
    source *s = g_new0(source, 1);
    s->shape = *logits;
    size_t cells = (size_t)logits->grid_width * logits->grid_height;
    s->grid = g_try_new(float, cells);
    taps *(*make)(int, int, int, int) = logits->smooth ? smooth_axis : axis;
    s->across = make(logits->grid_width, logits->frame, logits->valid_width, logits->width);
    s->down = make(logits->grid_height, logits->frame, logits->valid_height, logits->height);
    if (!s->grid || !s->across || !s->down) {
        vips_error("vipsam", "not enough memory for the mask");
        free_source(s);
        return NULL;
    }
    memcpy(s->grid, logits->logits, cells * sizeof(float));
    s->shape.logits = s->grid;
    VipsImage *image = vips_image_new();
    vips_image_init_fields(image, logits->width, logits->height, 1, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                           VIPS_INTERPRETATION_B_W, 1, 1);
    g_signal_connect(image, "postclose", G_CALLBACK(on_close), s);
    if (vips_image_pipelinev(image, VIPS_DEMAND_STYLE_ANY, NULL) ||
        vips_image_generate(image, start, generate, stop, s, NULL)) {
        g_object_unref(image);
        return NULL;
    }
    return vipsam_out(image);
}
