// What the products of 8-bit numbers compute, in plain C: the definition, and the fallback.
#include <math.h>
#include "levels.h"

static long packed_size(long k, long n) { return k * n; }

static void pack(long k, long n, const signed char *w, void *packed) {
    signed char *to = packed;
    for (long i = 0; i < k * n; i++) to[i] = w[i];
}

static long row_size(long k) { return k; }

static void quantise(long m, long k, const float *a, long lda, void *q, float *scale, int *zero) {
    unsigned char *to = q;
    for (long r = 0; r < m; r++, a += lda, to += k) {
        float high = 0, low = 0, bad = 0;
        for (long i = 0; i < k; i++) {
            high = a[i] > high ? a[i] : high;
            low = -a[i] > low ? -a[i] : low;
            bad += a[i] * 0;
        }
        const float step = (high + low) / 255, inverse = step > 0 ? 1 / step : 0, origin = rintf(low * inverse);
        zero[r] = (int)origin;
        scale[r] = step + bad;
        for (long i = 0; i < k; i++) {
            float x = rintf(a[i] * inverse) + origin;
            x = x > 0 ? x : 0;
            to[i] = (unsigned char)(x < 255 ? x : 255);
        }
    }
}

static void product(
    long m, long n, long k, const void *q, const float *scale, const int *zero, const void *packed,
    const float *weight_scale, const int *weight_sum, float *c, long ldc, const vk_epilogue *e
) {
    const unsigned char *a = q;
    const signed char *w = packed;
    for (long i = 0; i < m; i++)
        for (long j = 0; j < n; j++) {
            int sum = -zero[i] * weight_sum[j];
            for (long p = 0; p < k; p++) sum += a[i * k + p] * w[j * k + p];
            float from = 0;
            if (e && e->bias) from += e->bias[j];
            if (e && e->residual) from += e->residual[i * e->residual_stride + j];
            const float y = fmaf((float)sum, weight_scale[j] * scale[i], from);
            c[i * ldc + j] = e ? vk_activate(y, e->activation) : y;
        }
}

const vk_bytes_kernels vk_bytes_scalar = {
    .level = VK_BYTES_SCALAR, .panel = 1, .packed_size = packed_size, .pack = pack, .row_size = row_size,
    .quantise = quantise, .product = product,
};
