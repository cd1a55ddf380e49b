// A mask that is a linear function of a picture's colours, with coefficients on a coarse grid.
//
// mask = a · (red, green, blue) + b, where a and b are enlarged bilinearly between the centres of cells. Away from the
// contour the slopes are zero and b is constant: there nothing is computed.
#include "private.h"

#include <string.h>

typedef struct {
    vipsam_guided shape;
    float *grid;
} guided;

typedef struct {
    VipsRegion *colours;
    /// One row of the grid's height between two rows, and whether a cell and its right neighbour are flat and equal.
    float *row;
    unsigned char *flat;
} state;

static void on_close(VipsImage *image, gpointer data) {
    (void)image;
    guided *g = data;
    g_free(g->grid);
    g_free(g);
}

static int stop(void *sequence, void *a, void *b) {
    (void)a, (void)b;
    state *s = sequence;
    VIPS_UNREF(s->colours);
    g_free(s->row);
    g_free(s->flat);
    g_free(s);
    return 0;
}

static void *start(VipsImage *out, void *a, void *b) {
    (void)out;
    guided *g = b;
    state *s = g_new0(state, 1);
    s->colours = vips_region_new(a);
    s->row = g_new(float, (gsize)g->shape.grid_width * 4);
    s->flat = g_new(unsigned char, g->shape.grid_width);
    return s;
}

/// The cell at or before a place, and how far towards the next one it lies.
static inline int cell(double place, int cells, float *fraction) {
    if (!(place > 0)) place = 0;
    int low = (int)place;
    if (low > cells - 2) low = VIPS_MAX(0, cells - 2);
    float rest = (float)(place - low);
    *fraction = rest > 1 ? 1 : rest;
    return low;
}

static inline unsigned char level(float value) {
    if (!(value >= 0.5f)) return 0;
    return value >= 254.5f ? 255 : (unsigned char)(value + 0.5f);
}

/// Mixes two rows of the grid, columns `from` to `to`.
static void mix(const guided *g, state *s, int y, int from, int to) {
    float f;
    int top = cell((y + 0.5) * g->shape.step_y + g->shape.start_y - 0.5, g->shape.grid_height, &f);
    int bottom = VIPS_MIN(top + 1, g->shape.grid_height - 1);
    const float *upper = g->grid + (size_t)top * g->shape.grid_width * 4;
    const float *lower = g->grid + (size_t)bottom * g->shape.grid_width * 4;
    for (int i = from * 4; i < (to + 1) * 4; i++) s->row[i] = upper[i] + (lower[i] - upper[i]) * f;
    for (int x = from; x <= to; x++) {
        const float *here = s->row + x * 4, *next = s->row + VIPS_MIN(x + 1, to) * 4;
        s->flat[x] = here[0] == 0 && here[1] == 0 && here[2] == 0 && next[0] == 0 && next[1] == 0 && next[2] == 0 &&
            here[3] == next[3];
    }
}

static void fill(const guided *g, const state *s, unsigned char *out, const unsigned char *in, int left, int width,
                 int last) {
    double step = g->shape.step_x, base = g->shape.start_x - 0.5;
    for (int x = 0; x < width;) {
        float f;
        int at = cell((left + x + 0.5) * step + base, g->shape.grid_width, &f);
        if (s->flat[at]) {
            // As far as this cell reaches.
            unsigned char value = level(s->row[at * 4 + 3]);
            int begin = x;
            do x++;
            while (x < width && cell((left + x + 0.5) * step + base, g->shape.grid_width, &f) == at);
            memset(out + begin, value, x - begin);
            continue;
        }
        const float *a = s->row + at * 4, *b = s->row + VIPS_MIN(at + 1, last) * 4;
        const unsigned char *p = in + x * 3;
        float here = a[0] * p[0] + a[1] * p[1] + a[2] * p[2] + a[3];
        float next = b[0] * p[0] + b[1] * p[1] + b[2] * p[2] + b[3];
        out[x++] = level(here + (next - here) * f);
    }
}

static int generate(VipsRegion *out, void *sequence, void *a, void *b, gboolean *stop_now) {
    (void)a, (void)stop_now;
    const guided *g = b;
    state *s = sequence;
    VipsRect all = {g->shape.left, g->shape.top, g->shape.width, g->shape.height}, area;
    vips_rect_intersectrect(&all, &out->valid, &area);
    for (int y = out->valid.top; y < VIPS_RECT_BOTTOM(&out->valid); y++)
        memset(VIPS_REGION_ADDR(out, out->valid.left, y), 0, out->valid.width);
    if (vips_rect_isempty(&area)) return 0;
    if (vips_region_prepare(s->colours, &area)) return -1;
    int left = area.left - g->shape.left, last = g->shape.grid_width - 1;
    float f;
    int from = cell((left + 0.5) * g->shape.step_x + g->shape.start_x - 0.5, g->shape.grid_width, &f);
    int to = cell((left + area.width - 0.5) * g->shape.step_x + g->shape.start_x - 0.5, g->shape.grid_width, &f);
    to = VIPS_MIN(to + 1, last);
    for (int y = area.top; y < VIPS_RECT_BOTTOM(&area); y++) {
        mix(g, s, y - g->shape.top, from, to);
        fill(g, s, VIPS_REGION_ADDR(out, area.left, y), VIPS_REGION_ADDR(s->colours, area.left, y), left, area.width,
             last);
    }
    return 0;
}

static int plausible(const VipsImage *colours, const vipsam_guided *g) {
    return colours->Bands == 3 && colours->BandFmt == VIPS_FORMAT_UCHAR && colours->Coding == VIPS_CODING_NONE &&
        g->coefficients && g->grid_width > 0 && g->grid_height > 0 && g->left >= 0 && g->top >= 0 && g->width > 0 &&
        g->height > 0 && g->left <= colours->Xsize - g->width && g->top <= colours->Ysize - g->height &&
        g->step_x > 0 && g->step_y > 0;
}

vipsam_image *vipsam_mask_guided(vipsam_image *picture, const vipsam_guided *shape) {
    VipsImage *colours = vipsam_in(picture);
    if (!plausible(colours, shape)) {
        vips_error("vipsam", "the coefficients of the mask do not fit the picture");
        return NULL;
    }
    guided *g = g_new0(guided, 1);
    g->shape = *shape;
    size_t count = (size_t)shape->grid_width * shape->grid_height * 4;
    g->grid = g_new(float, count);
    memcpy(g->grid, shape->coefficients, count * sizeof(float));
    g->shape.coefficients = g->grid;
    VipsImage *image = vips_image_new();
    g_signal_connect(image, "postclose", G_CALLBACK(on_close), g);
    g_object_ref(colours);
    vips_object_local(image, colours);
    if (vips_image_pipelinev(image, VIPS_DEMAND_STYLE_THINSTRIP, colours, NULL)) {
        g_object_unref(image);
        return NULL;
    }
    image->Bands = 1;
    image->Type = VIPS_INTERPRETATION_B_W;
    if (vips_image_generate(image, start, generate, stop, colours, g)) {
        g_object_unref(image);
        return NULL;
    }
    return vipsam_out(image);
}
