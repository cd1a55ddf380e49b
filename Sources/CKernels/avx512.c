// The kernels for AVX-512: 16 lanes, tiles of 14 rows by 32 columns (28 of the 32 registers hold sums).
#include "levels.h"
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#define LANES 16
#define ROWS 14
#define LEVEL VK_AVX512
#define TABLE vk_avx512
#include "lanes.inc.h"

INLINE vf load_some(const float *p, long n) {
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}
INLINE void store_some(float *p, vf v, long n) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}

#include "transpose.inc.h"
#include "product.inc.h"
#include "rows.inc.h"
#include "table.inc.h"
#pragma clang attribute pop

#pragma clang attribute push(                                                                                       \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512vnni,avx2,fma"))), apply_to = function)
// four products of 8-bit numbers and their sum per lane
#define TOGETHER 4
#define BYTES_LEVEL VK_BYTES_VNNI
#define BYTES_TABLE vk_bytes_vnni
typedef unsigned char cell;
typedef signed char weight_cell;
INLINE vi dot(vi sum, vi row, vi weights) {
    return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)row, (__m512i)weights);
}
#include "bytes.inc.h"
#pragma clang attribute pop
#endif
