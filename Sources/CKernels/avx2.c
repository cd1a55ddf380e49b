// The kernels for AVX2 with FMA: 8 lanes, tiles of 6 rows by 16 columns (12 of the 16 registers hold sums).
#include "levels.h"
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define ROWS 6
#define LEVEL VK_AVX2
#define TABLE vk_avx2
#include "lanes.inc.h"

/// Eight times -1, then eight times 0: the mask of the first n lanes begins at 8 − n.
static const int masks[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};

INLINE vf load_some(const float *p, long n) {
    return (vf)_mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)(masks + 8 - n)));
}
INLINE void store_some(float *p, vf v, long n) {
    _mm256_maskstore_ps(p, _mm256_loadu_si256((const __m256i *)(masks + 8 - n)), (__m256)v);
}

#include "transpose.inc.h"
#include "product.inc.h"
#include "rows.inc.h"
#include "table.inc.h"

// 8-bit numbers held in 16 bits: two exact products and their sum per lane
#define TOGETHER 2
#define BYTES_LEVEL VK_BYTES_AVX2
#define BYTES_TABLE vk_bytes_avx2
typedef unsigned short cell;
typedef short weight_cell;
INLINE vi dot(vi sum, vi row, vi weights) {
    return sum + (vi)_mm256_madd_epi16((__m256i)row, (__m256i)weights);
}
#include "bytes.inc.h"
#pragma clang attribute pop
#endif
