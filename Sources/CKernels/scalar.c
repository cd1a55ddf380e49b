// What each kernel computes, in plain C: the definition that the vector forms are tested against, and the fallback.
#include <math.h>
#include <stddef.h>
#include "levels.h"

float vk_activate(float x, enum vk_activation activation) {
    switch (activation) {
    case VK_GELU: return 0.5f * x * (1.0f + erff(x * 0.70710678f));
    case VK_RELU: return x > 0 ? x : 0;
    case VK_NONE: return x;
    }
    return x;
}

// one column after the other, so that some of the columns can be taken, as of panels
static long packed_size(long k, long n) { return k * n; }

static void pack(long k, long n, const float *b, long row, long column, float scale, float *packed) {
    for (long i = 0; i < k; i++)
        for (long j = 0; j < n; j++) packed[j * k + i] = b[i * row + j * column] * scale;
}

static long product_work(long m, long k) { return 1; }

static void product(
    long m, long n, long k, const float *a, long lda, const float *packed, float *c, long ldc,
    const vk_epilogue *e, float *work
) {
    for (long i = 0; i < m; i++)
        for (long j = 0; j < n; j++) {
            float sum = 0;
            if (e && e->bias) sum += e->bias[j];
            if (e && e->residual) sum += e->residual[i * e->residual_stride + j];
            for (long p = 0; p < k; p++) sum += a[i * lda + p] * packed[j * k + p];
            c[i * ldc + j] = e ? vk_activate(sum, e->activation) : sum;
        }
}

static void product_transposed(
    long m, long n, long k, const float *a, long lda, const float *b, long ldb, const float *from, long ldfrom,
    float *c, long ldc
) {
    for (long i = 0; i < m; i++)
        for (long j = 0; j < n; j++) {
            float sum = from ? from[i * ldfrom + j] : 0;
            for (long p = 0; p < k; p++) sum += a[p * lda + i] * b[p * ldb + j];
            c[i * ldc + j] = sum;
        }
}

static void gelu(long n, float *x) {
    for (long i = 0; i < n; i++) x[i] = vk_activate(x[i], VK_GELU);
}

static void exponential(long n, float *x) {
    for (long i = 0; i < n; i++) x[i] = expf(x[i]);
}

static void layer_norm(
    long rows, long n, const float *x, long ldx, const float *weight, const float *bias, float eps, float *y, long ldy
) {
    for (long r = 0; r < rows; r++, x += ldx, y += ldy) {
        float mean = 0, variance = 0;
        for (long i = 0; i < n; i++) mean += x[i];
        mean /= (float)n;
        for (long i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean);
        float inverse = 1.0f / sqrtf(variance / (float)n + eps);
        for (long i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * weight[i] + bias[i];
    }
}

static float softmax_row(long n, float *s) {
    float greatest = s[0], sum = 0;
    for (long i = 1; i < n; i++) greatest = s[i] > greatest ? s[i] : greatest;
    for (long i = 0; i < n; i++) sum += s[i] = expf(s[i] - greatest);
    return 1.0f / sum;
}

static void softmax(long rows, long n, float *s, long lds, const float *bias, long ldbias, float *inverse) {
    for (long r = 0; r < rows; r++, s += lds) {
        if (bias)
            for (long i = 0; i < n; i++) s[i] += bias[r * ldbias + i];
        inverse[r] = softmax_row(n, s);
    }
}

static void softmax_grid(
    long rows, long high, long wide, float *s, long lds, const float *vertical, const long *vertical_offset,
    const float *horizontal, const long *horizontal_offset, float *inverse
) {
    for (long r = 0; r < rows; r++, s += lds) {
        const float *v = vertical + vertical_offset[r], *h = horizontal + horizontal_offset[r];
        for (long i = 0; i < high; i++)
            for (long j = 0; j < wide; j++) s[i * wide + j] += v[i] + h[j];
        inverse[r] = softmax_row(high * wide, s);
    }
}

static void exponential_columns(long rows, long n, float *s, long lds, float *greatest, float *sum) {
    for (long j = 0; j < n; j++) {
        float top = s[j], total = 0;
        for (long r = 1; r < rows; r++) top = s[r * lds + j] > top ? s[r * lds + j] : top;
        for (long r = 0; r < rows; r++) total += s[r * lds + j] = expf(s[r * lds + j] - top);
        greatest[j] = top;
        sum[j] = total;
    }
}

static void softmax_columns(long rows, long n, float *s, long lds, int beside_zero) {
    for (long j = 0; j < n; j++) {
        float greatest = beside_zero ? 0 : s[j];
        for (long r = 0; r < rows; r++) greatest = s[r * lds + j] > greatest ? s[r * lds + j] : greatest;
        float sum = beside_zero ? expf(-greatest) : 0;
        for (long r = 0; r < rows; r++) sum += s[r * lds + j] = expf(s[r * lds + j] - greatest);
        for (long r = 0; r < rows; r++) s[r * lds + j] /= sum;
    }
}

static void transpose(long m, long n, const float *s, long lds, float *t, long ldt) {
    for (long i = 0; i < m; i++)
        for (long j = 0; j < n; j++) t[j * ldt + i] = s[i * lds + j];
}

static void scale_rows(long rows, long n, float *x, long ldx, const float *factor) {
    for (long r = 0; r < rows; r++)
        for (long i = 0; i < n; i++) x[r * ldx + i] *= factor[r];
}

static void scale_columns(long rows, long n, float *x, long ldx, const float *factor) {
    for (long r = 0; r < rows; r++)
        for (long i = 0; i < n; i++) x[r * ldx + i] *= factor[i];
}

static void dot_columns(long rows, long n, const float *a, long lda, const float *b, long ldb, float *y) {
    for (long r = 0; r < rows; r++)
        for (long i = 0; i < n; i++) y[i] += a[r * lda + i] * b[r * ldb + i];
}

static void dot_rows(
    long rows, long n, const float *a, long lda, long vectors, const float *b, long ldb, float *y, long ldy
) {
    for (long j = 0; j < vectors; j++)
        for (long r = 0; r < rows; r++) {
            float sum = 0;
            for (long i = 0; i < n; i++) sum += a[r * lda + i] * b[j * ldb + i];
            y[j * ldy + r] = sum;
        }
}

static void enlarge(long cells, const int *start, const float *weights, long apart, const float *x, float *y) {
    for (long cell = 0; cell < cells; cell++)
        for (long i = start[cell] - start[0]; i < start[cell + 1] - start[0]; i++) {
            y[i] = 0;
            for (int tap = 0; tap < 3; tap++) y[i] += weights[tap * apart + i] * x[cell + tap];
        }
}

static void mix(
    long n, const float *const x[3], const float w[3], const float limits[3], float *y, int *any, long counts[3]
) {
    for (long i = 0; i < n; i++) {
        y[i] = x[0][i] * w[0] + x[1][i] * w[1] + x[2][i] * w[2];
        any[i] |= -(y[i] > limits[0]);
        for (int limit = 0; limit < 3; limit++) counts[limit] += y[i] > limits[limit];
    }
}

static void add_scaled(long n, const float *x, float factor, float *y) {
    for (long i = 0; i < n; i++) y[i] += x[i] * factor;
}

static void add(
    long rows, long n, const float *x, long ldx, const float *addend, long lda, float *y, long ldy
) {
    for (long r = 0; r < rows; r++)
        for (long i = 0; i < n; i++) y[r * ldy + i] = x[r * ldx + i] + addend[r * lda + i];
}

static void depthwise_row(
    long width, long step, long channels, long input_width, const float *above, const float *centre,
    const float *below, const float *weight, const float *bias, enum vk_activation activation, float *y
) {
    const float *rows[3] = {above, centre, below};
    for (long x = 0; x < width; x++)
        for (long c = 0; c < channels; c++) {
            float sum = bias[c];
            for (int ky = 0; ky < 3; ky++)
                for (int kx = 0; kx < 3; kx++) {
                    long column = x * step + kx - 1;
                    if (!rows[ky] || column < 0 || column >= input_width) continue;
                    sum += rows[ky][column * channels + c] * weight[(ky * 3 + kx) * channels + c];
                }
            y[x * channels + c] = vk_activate(sum, activation);
        }
}

const vk_kernels vk_scalar = {
    .level = VK_SCALAR, .panel = 1, .packed_size = packed_size, .pack = pack, .product_work = product_work,
    .product = product, .product_transposed = product_transposed, .gelu = gelu, .exponential = exponential,
    .layer_norm = layer_norm, .softmax = softmax, .softmax_grid = softmax_grid, .softmax_columns = softmax_columns,
    .exponential_columns = exponential_columns, .transpose = transpose,
    .scale_rows = scale_rows, .scale_columns = scale_columns, .dot_columns = dot_columns, .dot_rows = dot_rows,
    .enlarge = enlarge, .mix = mix, .add_scaled = add_scaled, .add = add, .depthwise_row = depthwise_row,
};
