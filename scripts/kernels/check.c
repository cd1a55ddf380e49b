// Compares a level of the kernels with the scalar one on random sizes; for levels that the machine at hand has not got,
// run under an emulator. `check SECONDS` names the first kernel that differs and ends with 1.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "vipsam_kernels.h"

#ifdef VK_CHECKED
extern const vk_kernels VK_CHECKED;
static const vk_kernels *checked(void) { return &VK_CHECKED; }
#else
static const vk_kernels *checked(void) { return vk_table(vk_best()); }
#endif

static unsigned state = 1;
static unsigned draw(void) { return (state = state * 1664525u + 1013904223u) >> 8; }
static long size(long most) { return 1 + draw() % (draw() % 4 ? most : 9 < most ? 9 : most); }
static void fill(float *x, long n) {
    for (long i = 0; i < n; i++) x[i] = (float)(draw() % 20001) / 10000 - 1;
}

static int failures;
static void same(const char *what, const float *found, const float *wanted, long n, float tolerance, long a, long b, long c) {
    for (long i = 0; i < n; i++)
        if (!(fabsf(found[i] - wanted[i]) <= tolerance)) {
            printf("%s of %ld, %ld, %ld: %g, not %g, at %ld\n", what, a, b, c, found[i], wanted[i], i);
            failures++;
            return;
        }
}

enum { ROOM = 1 << 20 };
static float in1[ROOM], in2[ROOM], in3[ROOM], in4[ROOM], out[2][ROOM], more[2][ROOM], work[ROOM], packed[ROOM];

static void products(const vk_kernels *const k[2]) {
    const long m = size(70), n = size(90), depth = size(draw() % 4 ? 300 : 1200), lda = depth + draw() % 5;
    fill(in1, m * lda), fill(in2, n * depth + 64), fill(in3, n), fill(in4, m * n);
    const vk_epilogue e = {draw() % 2 ? in3 : NULL, draw() % 2 ? in4 : NULL, n, draw() % 3};
    const int across = draw() % 2;
    for (int i = 0; i < 2; i++) {
        if (k[i]->packed_size(depth, n) > ROOM || k[i]->product_work(m, depth) > ROOM) return;
        k[i]->pack(depth, n, in2, across ? 1 : n, across ? depth : 1, 0.5f, packed);
        k[i]->product(m, n, depth, in1, lda, packed, out[i], n, &e, work);
    }
    same("product", out[0], out[1], m * n, 3e-4f, m, n, depth);
    fill(in1, depth * m), fill(in2, depth * n + 64);
    for (int i = 0; i < 2; i++)
        k[i]->product_transposed(m, n, depth, in1, m, in2, n, e.residual, n, out[i], n);
    same("product_transposed", out[0], out[1], m * n, 3e-4f, m, n, depth);
}

static float scales[2][4096];
static int zeros[2][4096], sums[4096];
static signed char whole[ROOM];

static void bytes(enum vk_bytes_level level) {
    const vk_bytes_kernels *const k[2] = {vk_bytes_table(level), vk_bytes_table(VK_BYTES_SCALAR)};
    const long m = size(70), n = size(90), depth = size(draw() % 4 ? 300 : 1200), lda = depth + draw() % 5;
    fill(in1, m * lda), fill(in2, n), fill(in3, n), fill(in4, m * n);
    for (long j = 0; j < n; j++) {
        sums[j] = 0;
        for (long i = 0; i < depth; i++) sums[j] += whole[j * depth + i] = (signed char)(draw() % 255 - 127);
    }
    const vk_epilogue e = {draw() % 2 ? in3 : NULL, draw() % 2 ? in4 : NULL, n, draw() % 3};
    for (int i = 0; i < 2; i++) {
        if (k[i]->packed_size(depth, n) > (long)sizeof packed || m * k[i]->row_size(depth) > (long)sizeof work) return;
        k[i]->pack(depth, n, whole, packed);
        k[i]->quantise(m, depth, in1, lda, work, scales[i], zeros[i]);
        k[i]->product(m, n, depth, work, scales[i], zeros[i], packed, in2, sums, out[i], n, &e);
    }
    same("bytes: scale", scales[0], scales[1], m, 0, m, n, depth);
    same("bytes: product", out[0], out[1], m * n, e.activation == VK_GELU ? 1e-3f : 0, m, n, depth);
}

static void rows(const vk_kernels *const k[2]) {
    const long m = size(11), n = size(300), ld = n + draw() % 4;
    fill(in1, m * ld), fill(in2, m * ld), fill(in3, n), fill(in4, n);
    const float *const bias = draw() % 2 ? in2 : NULL;
    for (int i = 0; i < 2; i++) {
        memset(out[i], 0, m * ld * sizeof(float));
        k[i]->layer_norm(m, n, in1, ld, in3, in4, 1e-5f, out[i], ld);
    }
    if (n > 2) same("layer_norm", out[0], out[1], m * ld, 1e-4f, m, n, ld);
#define EACH_LEVEL(what, length, tolerance, ...)                                                 \
    for (int i = 0; i < 2; i++) {                                                                \
        memcpy(out[i], in1, m * ld * sizeof(float)), memset(more[i], 0, 2 * (m + n) * sizeof(float)); \
        __VA_ARGS__;                                                                             \
    }                                                                                            \
    same(what, out[0], out[1], length, tolerance, m, n, ld);                                     \
    same(what, more[0], more[1], 2 * (m + n), tolerance * 100, m, n, ld)
    EACH_LEVEL("gelu", m * ld, 2e-6f, k[i]->gelu(m * ld, out[i]));
    EACH_LEVEL("exponential", m * ld, 2e-6f, k[i]->exponential(m * ld, out[i]));
    EACH_LEVEL("softmax", m * ld, 2e-6f, k[i]->softmax(m, n, out[i], ld, bias, ld, more[i]));
    const int beside_zero = draw() % 2;
    EACH_LEVEL("softmax_columns", m * ld, 2e-6f, k[i]->softmax_columns(m, n, out[i], ld, beside_zero));
    EACH_LEVEL("exponential_columns", m * ld, 2e-6f,
               k[i]->exponential_columns(m, n, out[i], ld, more[i], more[i] + n));
    EACH_LEVEL("scale_rows", m * ld, 0, k[i]->scale_rows(m, n, out[i], ld, in2));
    EACH_LEVEL("scale_columns", m * ld, 0, k[i]->scale_columns(m, n, out[i], ld, in3));
    EACH_LEVEL("dot_columns", m * ld, 2e-5f, k[i]->dot_columns(m, n, in1, ld, in2, ld, out[i]));
    EACH_LEVEL("add_scaled", m * ld, 1e-6f, k[i]->add_scaled(n, in2, 0.3f, out[i]));
    EACH_LEVEL("add", m * ld, 0, k[i]->add(m, n, in1, ld, in2, ld, out[i], ld));
    EACH_LEVEL("transpose", m * ld, 0, k[i]->transpose(m, n, in1, ld, out[i], m));
}

static void dots(const vk_kernels *const k[2]) {
    const long m = size(90), n = size(140), vectors = size(5), ld = n + draw() % 4;
    fill(in1, m * ld), fill(in2, vectors * ld);
    for (int i = 0; i < 2; i++) k[i]->dot_rows(m, n, in1, ld, vectors, in2, ld, out[i], m);
    same("dot_rows", out[0], out[1], vectors * m, 2e-5f, m, n, vectors);
}

static void columns_of_masks(const vk_kernels *const k[2]) {
    static int starts[64], any[ROOM];
    const long cells = size(60);
    starts[0] = (int)(draw() % 9);
    for (long cell = 0; cell < cells; cell++) starts[cell + 1] = starts[cell] + (int)(draw() % 3 ? draw() % 6 : draw() % 40);
    const long n = starts[cells] - starts[0], apart = n + 16;
    fill(in1, 3 * apart), fill(in2, cells + 2);
    for (int i = 0; i < 2; i++) k[i]->enlarge(cells, starts, in1, apart, in2, out[i]);
    same("enlarge", out[0], out[1], n, 1e-6f, cells, n, 0);
    const float *const x[3] = {in1, in1 + apart, in1 + 2 * apart};
    const float limits[3] = {0, 0.3f, -0.2f};
    for (int i = 0; i < 2; i++) {
        long counts[3] = {0, 0, 0}, wanted[3] = {0, 0, 0};
        memset(any, 0, n * sizeof(int));
        k[i]->mix(n, x, in2, limits, out[i], any, counts);
        for (long at = 0; at < n; at++) {
            for (int limit = 0; limit < 3; limit++) wanted[limit] += out[i][at] > limits[limit];
            if (any[at] != -(out[i][at] > 0)) wanted[0] = -1;
        }
        if (memcmp(counts, wanted, sizeof counts)) printf("mix of %ld: other counts\n", n), failures++;
    }
    same("mix", out[0], out[1], n, 1e-6f, n, 0, 0);
}

static void grids(const vk_kernels *const k[2]) {
    const long high = size(20), wide = size(20), ld = high * wide + 1;
    const long down[3] = {0, 5, 11}, across[3] = {7, 0, 3};
    fill(in1, 3 * ld), fill(in2, 64), fill(in3, 64);
    for (int i = 0; i < 2; i++) {
        memcpy(out[i], in1, 3 * ld * sizeof(float));
        k[i]->softmax_grid(3, high, wide, out[i], ld, in2, down, in3, across, more[i]);
    }
    same("softmax_grid", out[0], out[1], 3 * ld, 2e-6f, high, wide, ld);
}

static void depthwise(const vk_kernels *const k[2]) {
    const long input = size(draw() % 3 ? 40 : 300), step = 1 + draw() % 2, channels = size(draw() % 3 ? 70 : 280);
    const long width = (input + step - 1) / step;
    for (int i = 0; i < 3; i++) fill(in1 + i * input * channels, input * channels);
    fill(in2, 9 * channels), fill(in3, channels);
    const int missing = draw() % 5, activation = draw() % 3;
    for (int i = 0; i < 2; i++)
        k[i]->depthwise_row(
            width, step, channels, input, missing == 0 ? NULL : in1, missing == 1 ? NULL : in1 + input * channels,
            missing == 2 ? NULL : in1 + 2 * input * channels, in2, in3, activation, out[i]);
    same("depthwise_row", out[0], out[1], width * channels, 1e-5f, input, step, channels);
}

int main(int count, char **arguments) {
    const vk_kernels *const k[2] = {checked(), vk_table(VK_SCALAR)};
    const double seconds = count > 1 ? atof(arguments[1]) : 10;
    const time_t start = time(NULL);
    long times = 0;
    for (; difftime(time(NULL), start) < seconds && !failures; times++) {
        products(k);
        for (int level = VK_BYTES_AVX2; level <= VK_BYTES_VNNI; level++)
            if (vk_bytes_table((enum vk_bytes_level)level)) bytes((enum vk_bytes_level)level);
        rows(k);
        dots(k);
        columns_of_masks(k);
        grids(k);
        depthwise(k);
    }
    printf("level %d, panels of %ld: %ld random sizes of each kernel, %s\n", k[0]->level, k[0]->panel, times,
           failures ? "one differs" : "all as the scalar level");
    return failures > 0;
}
