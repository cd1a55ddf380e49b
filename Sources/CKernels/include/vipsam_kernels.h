#ifndef VIPSAM_KERNELS_H
#define VIPSAM_KERNELS_H

/// Loops over floats that decide how fast the networks are: each defined once in plain C (scalar.c) and once in vector
/// form (*.inc.h), which is compiled for several instruction sets. `vk_table(level)` gives the functions of one.
///
/// Conventions: matrices are row-major; `lda` and the like are distances between rows, in floats; nothing is aligned
/// unless said; outputs may be the same memory as inputs of the same shape and stride, but may not overlap otherwise.

/// The instruction sets, from the one that is always there to the widest.
enum vk_level { VK_SCALAR = 0, VK_NEON = 1, VK_AVX2 = 2, VK_AVX512 = 3 };

/// What is done to each element of a product before it is stored.
enum vk_activation { VK_NONE = 0, VK_GELU = 1, VK_RELU = 2 };

/// c = activation(a·b + bias + residual). Null pointers stand for zero.
typedef struct {
    /// one number per column
    const float *_Nullable bias;
    /// a matrix of c's shape; may be c itself
    const float *_Nullable residual;
    long residual_stride;
    enum vk_activation activation;
} vk_epilogue;

typedef struct {
    enum vk_level level;
    /// columns of a packed panel
    long panel;

    /// Floats that a packed matrix of k rows and n columns takes.
    long (*_Nonnull packed_size)(long k, long n);

    /// Brings b (k rows, n columns, element (i, j) at b[i·row + j·column]) times `scale` into the form of `product`.
    void (*_Nonnull pack)(
        long k, long n, const float *_Nonnull b, long row, long column, float scale, float *_Nonnull packed);

    /// Floats of working memory that `product` needs for m rows and k columns of a.
    long (*_Nonnull product_work)(long m, long k);

    /// c [m, n] = a [m, k] · b [k, n], with b packed. Each element is a sum in the order of k, whatever m and n are.
    void (*_Nonnull product)(
        long m, long n, long k, const float *_Nonnull a, long lda, const float *_Nonnull packed, float *_Nonnull c,
        long ldc, const vk_epilogue *_Nullable epilogue, float *_Nonnull work);

    /// c [m, n] = aᵀ·b + from, with a [k, m] and b [k, n] both row-major and unpacked; `from` may be null or c itself.
    /// b's rows must be readable up to the next multiple of `panel` columns.
    void (*_Nonnull product_transposed)(
        long m, long n, long k, const float *_Nonnull a, long lda, const float *_Nonnull b, long ldb,
        const float *_Nullable from, long ldfrom, float *_Nonnull c, long ldc);

    /// x = GELU(x) with the error function (not the tanh form).
    void (*_Nonnull gelu)(long n, float *_Nonnull x);

    /// x = exp(x); results below 1e-37 may be off.
    void (*_Nonnull exponential)(long n, float *_Nonnull x);

    /// Each row of y = (x − mean) / √(variance + eps) · weight + bias.
    void (*_Nonnull layer_norm)(
        long rows, long n, const float *_Nonnull x, long ldx, const float *_Nonnull weight,
        const float *_Nonnull bias, float eps, float *_Nonnull y, long ldy);

    /// Each row of s becomes exp(s + bias − greatest), and `inverse` one over its sum. `bias` (a matrix) may be null.
    void (*_Nonnull softmax)(
        long rows, long n, float *_Nonnull s, long lds, const float *_Nullable bias, long ldbias,
        float *_Nonnull inverse);

    /// Like `softmax` for keys on a grid of `high` rows and `wide` columns: adds vertical[r][i] + horizontal[r][j] to
    /// key (i, j) of row r. The terms of row r begin at vertical + vertical_offset[r], and so on.
    void (*_Nonnull softmax_grid)(
        long rows, long high, long wide, float *_Nonnull s, long lds, const float *_Nonnull vertical,
        const long *_Nonnull vertical_offset, const float *_Nonnull horizontal,
        const long *_Nonnull horizontal_offset, float *_Nonnull inverse);

    /// Softmax down the columns: each column of s [rows, n] then sums to one. Columns `beside_zero` have one more score,
    /// a zero, that is not stored: its weight is what the others lack of one.
    void (*_Nonnull softmax_columns)(long rows, long n, float *_Nonnull s, long lds, int beside_zero);

    /// Each column of s [rows, n] becomes exp(s − greatest); the greatest and the sum of each column are given back.
    void (*_Nonnull exponential_columns)(
        long rows, long n, float *_Nonnull s, long lds, float *_Nonnull greatest, float *_Nonnull sum);

    /// t [n, m] = sᵀ for s [m, n].
    void (*_Nonnull transpose)(long m, long n, const float *_Nonnull s, long lds, float *_Nonnull t, long ldt);

    /// y = x · factor, each row with its own factor.
    void (*_Nonnull scale_rows)(long rows, long n, float *_Nonnull x, long ldx, const float *_Nonnull factor);

    /// x = x · factor, each column with its own factor.
    void (*_Nonnull scale_columns)(long rows, long n, float *_Nonnull x, long ldx, const float *_Nonnull factor);

    /// y [n] += for each column, the sum of a·b down its rows.
    void (*_Nonnull dot_columns)(
        long rows, long n, const float *_Nonnull a, long lda, const float *_Nonnull b, long ldb, float *_Nonnull y);

    /// y [vectors, rows] = the sum of a·b along each row of a [rows, n] for each row of b [vectors, n]: a product for a
    /// few vectors, which fill no panel.
    void (*_Nonnull dot_rows)(
        long rows, long n, const float *_Nonnull a, long lda, long vectors, const float *_Nonnull b, long ldb,
        float *_Nonnull y, long ldy);

    /// Enlarges a column of cells: outputs start[t] ..< start[t + 1], counted from start[0], are x[t]·w + x[t + 1]·w' +
    /// x[t + 2]·w'', with weights of their own in three rows `apart`. Up to `panel` floats beyond the last output may be
    /// written, and as many weights be read.
    void (*_Nonnull enlarge)(
        long cells, const int *_Nonnull start, const float *_Nonnull weights, long apart, const float *_Nonnull x,
        float *_Nonnull y);

    /// y = x[0]·w[0] + x[1]·w[1] + x[2]·w[2]. To each of `counts` is added how many are above the limit, and −1 is
    /// or-ed into `any` where y is above limits[0].
    void (*_Nonnull mix)(
        long n, const float *_Nonnull const x[_Nonnull 3], const float w[_Nonnull 3], const float limits[_Nonnull 3],
        float *_Nonnull y, int *_Nonnull any, long counts[_Nonnull 3]);

    /// y += x · factor.
    void (*_Nonnull add_scaled)(long n, const float *_Nonnull x, float factor, float *_Nonnull y);

    /// y = x + addend, row by row; a stride of 0 repeats one row.
    void (*_Nonnull add)(
        long rows, long n, const float *_Nonnull x, long ldx, const float *_Nonnull addend, long lda,
        float *_Nonnull y, long ldy);

    /// One row of a depthwise 3×3 convolution, channels last: `width` outputs of `channels` from three input rows
    /// (null: a row of zeros), `step` columns apart; columns beyond 0..<input_width count as zero, the first output is
    /// centred on column 0. weight is [9, channels] (ky, kx, channel).
    void (*_Nonnull depthwise_row)(
        long width, long step, long channels, long input_width, const float *_Nullable above,
        const float *_Nullable centre, const float *_Nullable below, const float *_Nonnull weight,
        const float *_Nonnull bias, enum vk_activation activation, float *_Nonnull y);
} vk_kernels;

/// The forms of products of 8-bit numbers: plain C; 16-bit products of AVX2; AVX-512 with VNNI.
enum vk_bytes_level { VK_BYTES_SCALAR = 0, VK_BYTES_AVX2 = 1, VK_BYTES_VNNI = 2 };

/// Products with both sides rounded to 8 bits. Sums of the rounded numbers are exact, so all forms give the same floats
/// where no activation comes after. k is at most 60 000.
typedef struct {
    enum vk_bytes_level level;
    /// columns of a packed panel
    long panel;

    /// Bytes that packed weights of n outputs and k inputs take.
    long (*_Nonnull packed_size)(long k, long n);

    /// Brings weights [n, k], −127 to 127, into the form of `product`.
    void (*_Nonnull pack)(long k, long n, const signed char *_Nonnull w, void *_Nonnull packed);

    /// Bytes that a quantised row of k numbers takes.
    long (*_Nonnull row_size)(long k);

    /// Rounds each row of a [m, k] to 0…255: a ≈ scale · (q − zero), the scale from the least to the greatest number of
    /// the row, zero among them. A row with a number that is not finite gets a scale that is NaN.
    void (*_Nonnull quantise)(
        long m, long k, const float *_Nonnull a, long lda, void *_Nonnull q, float *_Nonnull scale, int *_Nonnull zero);

    /// c [m, n] = activation(scale · weight_scale · Σ (q − zero)·w + bias + residual); `weight_sum` is Σ w of an output.
    void (*_Nonnull product)(
        long m, long n, long k, const void *_Nonnull q, const float *_Nonnull scale, const int *_Nonnull zero,
        const void *_Nonnull packed, const float *_Nonnull weight_scale, const int *_Nonnull weight_sum,
        float *_Nonnull c, long ldc, const vk_epilogue *_Nullable epilogue);
} vk_bytes_kernels;

/// Tells the processor that a thread is waiting in a loop.
static inline void vk_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// The functions of one level, or null where this machine (or this build) has not got it.
const vk_kernels *_Nullable vk_table(enum vk_level level);

/// The widest level that this machine has.
enum vk_level vk_best(void);

/// The products of 8-bit numbers in one form, or null where this machine (or this build) has not got it.
const vk_bytes_kernels *_Nullable vk_bytes_table(enum vk_bytes_level level);

/// The fastest form that this machine has.
enum vk_bytes_level vk_bytes_best(void);

#endif
