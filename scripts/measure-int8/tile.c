// How many multiplications and additions a second one core does in the inner loop of a matrix product: 6 rows by 16
// columns of sums in registers, as the kernel of this project, with operands of three kinds. Nothing is packed, scaled
// or stored, so the ratios are what 8-bit products could gain at best on this processor.
//
//     clang -O3 -mavx2 -mfma scripts/measure-int8/tile.c -o /tmp/tile && /tmp/tile
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { K = 768, ROUNDS = 9, REPEATS = 60000 };

float a32[6 * K], b32[16 * K] __attribute__((aligned(64)));
int16_t a16[6 * K], b16[16 * K] __attribute__((aligned(64)));
uint8_t a8[6 * K];
int8_t b8[16 * K] __attribute__((aligned(64)));
int32_t sink[96];

/// Unrolls BODY for the rows 0 to 5.
#define ROWS(BODY) { BODY(0) BODY(1) BODY(2) BODY(3) BODY(4) BODY(5) }

__attribute__((noinline)) static void floats(void) {
    __m256 s[6][2] = {0};
    for (int k = 0; k < K; k++) {
        const __m256 x = _mm256_load_ps(b32 + 16 * k), y = _mm256_load_ps(b32 + 16 * k + 8);
#define STEP(r)                                                                                                     \
    {                                                                                                               \
        const __m256 v = _mm256_broadcast_ss(a32 + 6 * k + r);                                                      \
        s[r][0] = _mm256_fmadd_ps(v, x, s[r][0]);                                                                   \
        s[r][1] = _mm256_fmadd_ps(v, y, s[r][1]);                                                                   \
    }
        ROWS(STEP)
#undef STEP
    }
    for (int r = 0; r < 6; r++) {
        _mm256_storeu_ps((float *)sink + 16 * r, s[r][0]);
        _mm256_storeu_ps((float *)sink + 16 * r + 8, s[r][1]);
    }
}

/// 16-bit operands, two steps of the sum at a time: exact for 8-bit numbers.
__attribute__((noinline)) static void shorts(void) {
    __m256i s[6][2] = {0};
    for (int k = 0; k < K; k += 2) {
        const __m256i x = _mm256_load_si256((const __m256i *)(b16 + 16 * k));
        const __m256i y = _mm256_load_si256((const __m256i *)(b16 + 16 * k + 16));
#define STEP(r)                                                                                                     \
    {                                                                                                               \
        const __m256i v = _mm256_set1_epi32(((const int32_t *)a16)[3 * k + r]);                                     \
        s[r][0] = _mm256_add_epi32(s[r][0], _mm256_madd_epi16(v, x));                                               \
        s[r][1] = _mm256_add_epi32(s[r][1], _mm256_madd_epi16(v, y));                                               \
    }
        ROWS(STEP)
#undef STEP
    }
    for (int r = 0; r < 6; r++) {
        _mm256_storeu_si256((__m256i *)(sink + 16 * r), s[r][0]);
        _mm256_storeu_si256((__m256i *)(sink + 16 * r + 8), s[r][1]);
    }
}

/// 8-bit operands, four steps at a time. Pairs are added with saturation at 16 bits: one side may only have 7 bits.
__attribute__((noinline)) static void bytes(void) {
    __m256i s[6][2] = {0};
    const __m256i ones = _mm256_set1_epi16(1);
    for (int k = 0; k < K; k += 4) {
        const __m256i x = _mm256_load_si256((const __m256i *)(b8 + 16 * k));
        const __m256i y = _mm256_load_si256((const __m256i *)(b8 + 16 * k + 32));
#define STEP(r)                                                                                                     \
    {                                                                                                               \
        const __m256i v = _mm256_set1_epi32(((const int32_t *)a8)[k * 6 / 4 + r]);                                  \
        s[r][0] = _mm256_add_epi32(s[r][0], _mm256_madd_epi16(_mm256_maddubs_epi16(v, x), ones));                   \
        s[r][1] = _mm256_add_epi32(s[r][1], _mm256_madd_epi16(_mm256_maddubs_epi16(v, y), ones));                   \
    }
        ROWS(STEP)
#undef STEP
    }
    for (int r = 0; r < 6; r++) {
        _mm256_storeu_si256((__m256i *)(sink + 16 * r), s[r][0]);
        _mm256_storeu_si256((__m256i *)(sink + 16 * r + 8), s[r][1]);
    }
}

static double rate(void (*tile)(void)) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < REPEATS; i++) {
        tile();
        __asm__ volatile("" ::: "memory");
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    return 2e-9 * 96 * K * REPEATS / ((double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec));
}

int main(void) {
    for (int i = 0; i < 6 * K; i++) a32[i] = a16[i] = a8[i] = i % 127;
    for (int i = 0; i < 16 * K; i++) b32[i] = b16[i] = b8[i] = i % 255 - 127;
    double best[3] = {0};
    void (*const tiles[3])(void) = {floats, shorts, bytes};
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < 3; i++) {
            const double now = rate(tiles[i]);
            if (now > best[i]) best[i] = now;
        }
    printf("float32 %.0f GFLOP/s; 16 bits (madd) %.0f, %.2f times; 8 by 7 bits (maddubs) %.0f, %.2f times\n", best[0],
           best[1], best[1] / best[0], best[2], best[2] / best[0]);
    return 0;
}
