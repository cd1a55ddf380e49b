// The opaque, non-variadic face of libvips: the only door between Swift and the library.
//
// Rules that hold for every function here:
// - Images are immutable once built. A reference may be used from any thread.
// - Functions that can fail return -1 or NULL; `vipsam_error_take` then holds libvips' text. libvips keeps ONE error
//   buffer for all threads, so that text is a note for people: never parse it, never branch on it.
// - Images that are handed out carry a new reference; give it back with `vipsam_image_unref`.
#ifndef VIPSAM_VIPS_H
#define VIPSAM_VIPS_H

#include <stddef.h>
#include <stdint.h>

typedef struct vipsam_image vipsam_image;
typedef struct vipsam_call vipsam_call;

// MARK: Starting, settings, errors (start.c)

/// Starts libvips and installs the log handler. Call once, before anything else. 0, or -1.
int vipsam_start(const char *program);
void vipsam_thread_shutdown(void);
void vipsam_set_concurrency(int threads);
int vipsam_concurrency(void);
void vipsam_set_cache_max(int operations);
void vipsam_block_untrusted(int blocked);
void vipsam_version(int *major, int *minor, int *micro);
/// Bytes of pixel memory now in use, and the most that was in use at once.
size_t vipsam_memory(void);
size_t vipsam_memory_high_water(void);
int vipsam_open_files(void);
/// Takes libvips' error text (which may be another thread's) and empties the buffer. Free with `vipsam_free`.
char *vipsam_error_take(void);
void vipsam_free(void *memory);
/// A number for the calling thread, the same as in `vipsam_log_handler`.
uint64_t vipsam_thread_number(void);

/// Receives every message that GLib-based libraries would print. Called on the thread that warns.
typedef void (*vipsam_log_handler)(const char *domain, int level, const char *message, uint64_t thread);
void vipsam_set_log_handler(vipsam_log_handler handler);

// MARK: Images (image.c)

vipsam_image *vipsam_image_ref(vipsam_image *image);
void vipsam_image_unref(vipsam_image *image);
int vipsam_image_width(vipsam_image *image);
int vipsam_image_height(vipsam_image *image);
int vipsam_image_bands(vipsam_image *image);
int vipsam_image_format(vipsam_image *image);
int vipsam_image_interpretation(vipsam_image *image);
int vipsam_image_guessed_interpretation(vipsam_image *image);
/// 0: plain pixels. Others are packed (LABQ, RAD).
int vipsam_image_coding(vipsam_image *image);
int vipsam_image_has_alpha(vipsam_image *image);
int vipsam_image_page_height(vipsam_image *image);
int vipsam_image_pages(vipsam_image *image);
size_t vipsam_image_pixel_size(vipsam_image *image);
double vipsam_image_x_resolution(vipsam_image *image);
double vipsam_image_y_resolution(vipsam_image *image);
/// Copies `size` bytes of packed pixels, row by row from the top.
vipsam_image *vipsam_image_from_memory(const void *data, size_t size, int width, int height, int bands, int format);
/// Evaluates a rectangle into `out`, which holds `width * height * pixel size` bytes.
int vipsam_image_read(vipsam_image *image, int left, int top, int width, int height, void *out);
/// Evaluates the whole image into memory of its own.
vipsam_image *vipsam_image_memory(vipsam_image *image);
/// The same picture with another interpretation label (no pixel changes).
vipsam_image *vipsam_image_relabel(vipsam_image *image, int interpretation);

// MARK: Metadata (metadata.c)

/// Calls back with every metadata field's name. Names are valid during the call only.
void vipsam_image_fields(vipsam_image *image, void (*each)(const char *name, void *context), void *context);
int vipsam_image_has_field(vipsam_image *image, const char *name);
int vipsam_image_get_int(vipsam_image *image, const char *name, int *out);
/// Text of a text field, or NULL. Free with `vipsam_free`.
char *vipsam_image_get_text(vipsam_image *image, const char *name);
/// Bytes of a binary field; valid as long as the image is.
int vipsam_image_get_blob(vipsam_image *image, const char *name, const void **data, size_t *size);
/// A copy of the header (pixels are shared) without the named fields.
vipsam_image *vipsam_image_without(vipsam_image *image, const char *const *names, int count);
/// A copy of the header with one binary field set.
vipsam_image *vipsam_image_with_blob(vipsam_image *image, const char *name, const void *data, size_t size);

// MARK: Calling operations by name (call.c)

enum vipsam_kind {
    VIPSAM_IMAGE, VIPSAM_DOUBLE, VIPSAM_INT, VIPSAM_BOOL, VIPSAM_ENUM, VIPSAM_FLAGS, VIPSAM_STRING,
    VIPSAM_ARRAY_DOUBLE, VIPSAM_ARRAY_INT, VIPSAM_ARRAY_IMAGE, VIPSAM_INTERPOLATE, VIPSAM_BLOB,
    VIPSAM_SOURCE, VIPSAM_TARGET, VIPSAM_OTHER
};

/// One argument value. `kind` says which members count.
typedef struct {
    int kind;
    vipsam_image *image;
    double number;
    int64_t integer;
    const char *text;
    const double *doubles;
    const int *integers;
    vipsam_image *const *images;
    const void *data;
    size_t count;
} vipsam_value;

enum vipsam_set { VIPSAM_SET_OK = 0, VIPSAM_SET_UNKNOWN = -1, VIPSAM_SET_KIND = -2, VIPSAM_SET_RANGE = -3 };

/// NULL when there is no such operation.
vipsam_call *vipsam_call_new(const char *operation);
void vipsam_call_free(vipsam_call *call);
/// Sets one input. Images that the operation would draw on are copied first. One of `enum vipsam_set`.
int vipsam_call_set(vipsam_call *call, const char *name, const vipsam_value *value);
int vipsam_call_run(vipsam_call *call);
/// Calls back with each output; an image in a value is borrowed, take a reference to keep it.
void vipsam_call_outputs(
    vipsam_call *call, void (*each)(const char *name, const vipsam_value *value, void *context), void *context);

// MARK: What there is to call (catalog.c)

enum vipsam_operation_flags {
    VIPSAM_OPERATION_DEPRECATED = 1, VIPSAM_OPERATION_UNTRUSTED = 2, VIPSAM_OPERATION_FOREIGN = 4,
    VIPSAM_OPERATION_DRAW = 8, VIPSAM_OPERATION_SEQUENTIAL = 16
};

enum vipsam_argument_flags {
    VIPSAM_ARGUMENT_REQUIRED = 1, VIPSAM_ARGUMENT_INPUT = 2, VIPSAM_ARGUMENT_OUTPUT = 4,
    VIPSAM_ARGUMENT_DEPRECATED = 8, VIPSAM_ARGUMENT_MODIFY = 16
};

typedef struct {
    const char *name;
    const char *blurb;
    int flags;
    int kind;
    /// GType name, for `vipsam_enum_each`.
    const char *type;
    int has_range;
    double minimum;
    double maximum;
    double number;
    /// Default of a text or an enum (nick), or NULL.
    const char *text;
} vipsam_argument;

void vipsam_each_operation(
    void (*each)(const char *name, const char *description, int flags, void *context), void *context);
/// Required arguments first, in libvips' order. -1 when there is no such operation.
int vipsam_each_argument(
    const char *operation, void (*each)(const vipsam_argument *argument, void *context), void *context);
/// The values of an enum or flags type, by GType name.
void vipsam_enum_each(const char *type, void (*each)(const char *nick, int value, void *context), void *context);
void vipsam_each_interpolator(void (*each)(const char *nick, const char *description, void *context), void *context);

// MARK: Files (file.c)

/// The loader that recognises the file's content ("jpegload_source"), or NULL. Static text.
const char *vipsam_find_loader(const char *path);
/// 1 when the operation may not be used, as untrusted loaders may not unless they are allowed.
int vipsam_is_blocked(const char *operation);
/// Extensions that a loader or saver claims, space separated; NULL when there is no such operation. Static text.
int vipsam_foreign_suffixes(
    const char *operation, void (*each)(const char *suffix, void *context), void *context);

typedef struct {
    int sequential;
    /// 0 none, 1 truncated, 2 error, 3 warning.
    int fail_on;
    /// 0: leave out. The `shrink` of jpegload.
    int shrink;
    /// 0: leave out. The `scale` of webpload, pdfload, svgload.
    double scale;
} vipsam_load_options;

vipsam_image *vipsam_load(const char *path, const char *loader, const vipsam_load_options *options);
/// The picture of a file that was opened sequentially (`opened`), to be read from the top any number of times
/// (streamed.c): `memory` bytes of rows are kept, at least some hundred rows; the file is decoded anew for rows before
/// those, `passes` pictures' worth of rows in all; then the decoded picture goes to a temporary file.
vipsam_image *vipsam_streamed(
    vipsam_image *opened, const char *path, const char *loader, const vipsam_load_options *options, size_t memory,
    int passes);
/// vips_thumbnail_source to exactly `width` by `height`, EXIF orientation applied, converted to sRGB.
vipsam_image *vipsam_load_thumbnail(const char *path, int width, int height, int fail_on);
/// Writes through `call` (a saver that takes a target) to an open file. `*error` is the errno of a failed write, or 0.
int vipsam_save(vipsam_call *call, int descriptor, int *error);

// MARK: Masks on demand (mask_logits.c, mask_counts.c)

typedef struct {
    /// Low-resolution logits, row by row.
    const float *logits;
    int grid_width;
    int grid_height;
    /// Side of the square model frame, and the part of it that holds the picture.
    int frame;
    int valid_width;
    int valid_height;
    /// The mask's own size.
    int width;
    int height;
    float threshold;
    /// 0: hard (255 where logit > threshold). Otherwise logits from 0 to 255, with 128 at the threshold.
    float softness;
    /// 0: bilinear, twice, as the official code does it. 1: a cubic B-spline from the grid to the picture.
    int smooth;
} vipsam_logits;

vipsam_image *vipsam_mask_from_logits(const vipsam_logits *logits);
typedef struct {
    /// Slopes for red, green and blue, and the constant, per cell, row by row; colours and mask 0 to 255. Copied.
    const float *coefficients;
    int grid_width;
    int grid_height;
    /// The part of the picture that the grid covers; the mask is 0 elsewhere.
    int left;
    int top;
    int width;
    int height;
    /// Cells per pixel, and where in the grid the part begins: pixel x of the part lies at (x + ½) · step + start − ½.
    double step_x;
    double step_y;
    double start_x;
    double start_y;
} vipsam_guided;

/// A mask of the picture's size that is a linear function of its colours. The picture is 8-bit RGB.
vipsam_image *vipsam_mask_guided(vipsam_image *picture, const vipsam_guided *guided);
/// Column-major run lengths, background first; they must add up to width * height.
vipsam_image *vipsam_mask_from_counts(const uint32_t *counts, size_t count, int width, int height);

#endif
