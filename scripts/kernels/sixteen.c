// The kernels in the shape of AVX-512 (16 lanes, tiles of 14 rows) for machines without it.
#include <string.h>
#include "levels.h"
#define LANES 16
#define ROWS 14
#define LEVEL VK_AVX512
#define TABLE vk_sixteen
#include "lanes.inc.h"

INLINE vf load_some(const float *p, long n) {
    vf v = splat(0);
    memcpy(&v, p, (unsigned long)n * sizeof(float));
    return v;
}
INLINE void store_some(float *p, vf v, long n) { memcpy(p, &v, (unsigned long)n * sizeof(float)); }

#include "transpose.inc.h"
#include "product.inc.h"
#include "rows.inc.h"
#include "table.inc.h"
