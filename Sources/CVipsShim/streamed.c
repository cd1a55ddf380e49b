// A picture file that is read from top to bottom, as often as somebody starts again at the top.
//
// libvips' own sequential access ends with an error when rows are asked for that it has let go. A chain of steps reads
// the picture several times (once for a mask's box, once for each file that is saved), and some read it at two places
// at once (a shadow lies below what throws it). So the rows that were decoded last are kept; rows before those are
// had by decoding the file anew; and when that was done often enough, the decoded picture goes to a temporary file.
#include "private.h"

#include <string.h>
#include <sys/statvfs.h>

/// Rows that are decoded at a time.
enum { chunk = 64 };

typedef struct {
    GMutex lock;
    char *path;
    char *loader;
    vipsam_load_options options;
    /// What rows come from now; NULL once it is spilled.
    VipsImage *file;
    /// A ring of the rows before `next`.
    unsigned char *rows;
    int capacity;
    int kept;
    int next;
    /// The first row that was never decoded, and how many were decoded more than once.
    int fresh;
    gint64 repeated;
    gint64 patience;
    VipsImage *spilled;
    int is_broken;
} stream;

static void on_close(VipsImage *image, gpointer data) {
    (void)image;
    stream *s = data;
    VIPS_UNREF(s->file);
    VIPS_UNREF(s->spilled);
    if (s->rows) vips_tracked_free(s->rows);
    g_free(s->path);
    g_free(s->loader);
    g_mutex_clear(&s->lock);
    g_free(s);
}

static int reopen(stream *s, const VipsImage *like) {
    VIPS_UNREF(s->file);
    s->file = vipsam_in(vipsam_load(s->path, s->loader, &s->options));
    s->next = 0;
    s->kept = 0;
    if (!s->file) return -1;
    if (s->file->Xsize == like->Xsize && s->file->Ysize == like->Ysize &&
        VIPS_IMAGE_SIZEOF_PEL(s->file) == VIPS_IMAGE_SIZEOF_PEL(like))
        return 0;
    vips_error("vipsam", "the file was changed while it was read");
    return -1;
}

/// Whether the folder of temporary files has room for so many bytes.
static int has_room(gint64 bytes) {
    const char *folder = g_getenv("TMPDIR");
    if (!folder) folder = "/tmp";
    struct statvfs status;
    if (statvfs(folder, &status)) return 1;
    gint64 available = (gint64)status.f_bavail * (gint64)status.f_frsize;
    if (available > bytes) return 1;
    vips_error("vipsam", "the decoded picture needs %" G_GINT64_FORMAT " MB in '%s', where %" G_GINT64_FORMAT
               " MB are free", bytes / 1000000, folder, available / 1000000);
    return 0;
}

/// Decodes everything into a temporary file, which is gone when the image is.
static int spill(stream *s, const VipsImage *like) {
    if (!has_room(VIPS_IMAGE_SIZEOF_IMAGE(like)) || reopen(s, like)) return -1;
    VipsImage *on_disk = vips_image_new_temp_file("%s.v");
    if (!on_disk || vips_image_write(s->file, on_disk)) {
        VIPS_UNREF(on_disk);
        return -1;
    }
    s->spilled = on_disk;
    VIPS_UNREF(s->file);
    vips_tracked_free(s->rows);
    s->rows = NULL;
    return 0;
}

static int decode(stream *s, const VipsImage *like) {
    int count = VIPS_MIN(chunk, VIPS_MIN(s->capacity, like->Ysize - s->next));
    VipsRect area = {0, s->next, like->Xsize, count};
    // A region belongs to the thread that made it.
    VipsRegion *region = vips_region_new(s->file);
    if (!region || vips_region_prepare(region, &area)) {
        VIPS_UNREF(region);
        return -1;
    }
    size_t line = (size_t)like->Xsize * VIPS_IMAGE_SIZEOF_PEL(like);
    for (int y = s->next; y < s->next + count; y++)
        memcpy(s->rows + (size_t)(y % s->capacity) * line, VIPS_REGION_ADDR(region, 0, y), line);
    g_object_unref(region);
    s->repeated += VIPS_MAX(0, VIPS_MIN(s->next + count, s->fresh) - s->next);
    s->next += count;
    s->fresh = VIPS_MAX(s->fresh, s->next);
    s->kept = VIPS_MIN(s->kept + count, s->capacity);
    return 0;
}

/// Sees to it that a row is in the ring, or that everything is spilled.
static int provide(stream *s, const VipsImage *like, int row) {
    if (s->is_broken) {
        vips_error("vipsam", "the file could not be read before");
        return -1;
    }
    if (s->spilled) return 0;
    int result = 0;
    if (row < s->next - s->kept)
        result = s->repeated + row >= s->patience ? spill(s, like) : reopen(s, like);
    while (result == 0 && !s->spilled && s->next <= row) result = decode(s, like);
    s->is_broken = result != 0;
    return result;
}

static int copy_spilled(VipsImage *spilled, VipsRegion *out, int from) {
    VipsRect area = {out->valid.left, from, out->valid.width, VIPS_RECT_BOTTOM(&out->valid) - from};
    VipsRegion *region = vips_region_new(spilled);
    int result = region ? vips_region_prepare(region, &area) : -1;
    if (result == 0) vips_region_copy(region, out, &area, area.left, area.top);
    VIPS_UNREF(region);
    return result;
}

static int generate(VipsRegion *out, void *sequence, void *a, void *b, gboolean *stop) {
    (void)sequence, (void)b, (void)stop;
    stream *s = a;
    const VipsImage *like = out->im;
    VipsRect area = out->valid;
    size_t pel = VIPS_IMAGE_SIZEOF_PEL(like), line = (size_t)like->Xsize * pel;
    int y = area.top, bottom = VIPS_RECT_BOTTOM(&area);
    while (y < bottom) {
        g_mutex_lock(&s->lock);
        int result = provide(s, like, y);
        VipsImage *spilled = s->spilled;
        for (; result == 0 && !spilled && y < VIPS_MIN(bottom, s->next); y++)
            memcpy(VIPS_REGION_ADDR(out, area.left, y), s->rows + (size_t)(y % s->capacity) * line + area.left * pel,
                   area.width * pel);
        g_mutex_unlock(&s->lock);
        if (result) return -1;
        if (spilled) return copy_spilled(spilled, out, y);
    }
    return 0;
}

/// The file's header on an image that libvips does not know to come from it.
///
/// Whoever has read enough (one pixel, say) makes libvips let go of what lies upstream ("minimise"), half a strip of a
/// TIFF among it, which a sequential loader cannot read again. The signal runs along links between images; those of
/// this one end with an image in between that goes away.
static int describe(VipsImage *image, VipsImage *file) {
    VipsImage *between = vips_image_new();
    int result = vips_image_pipelinev(between, VIPS_DEMAND_STYLE_FATSTRIP, file, NULL) ||
                 vips_image_pipelinev(image, VIPS_DEMAND_STYLE_FATSTRIP, between, NULL);
    g_object_unref(between);
    return result;
}

vipsam_image *vipsam_streamed(
    vipsam_image *opened, const char *path, const char *loader, const vipsam_load_options *options, size_t memory,
    int passes) {
    VipsImage *file = vipsam_in(opened);
    size_t line = (size_t)file->Xsize * VIPS_IMAGE_SIZEOF_PEL(file);
    stream *s = g_new0(stream, 1);
    g_mutex_init(&s->lock);
    s->path = g_strdup(path);
    s->loader = g_strdup(loader);
    s->options = *options;
    s->options.sequential = 1;
    s->capacity = (int)VIPS_MIN((size_t)file->Ysize, VIPS_MAX(memory / line, (size_t)4 * chunk));
    s->patience = (gint64)file->Ysize * passes;
    s->file = g_object_ref(file);
    VipsImage *image = vips_image_new();
    g_signal_connect(image, "postclose", G_CALLBACK(on_close), s);
    s->rows = vips_tracked_malloc((size_t)s->capacity * line);
    if (!s->rows || describe(image, file) ||
        vips_image_generate(image, NULL, generate, NULL, s, NULL)) {
        g_object_unref(image);
        return NULL;
    }
    return vipsam_out(image);
}
