// The kernels for NEON: 4 lanes, tiles of 8 rows by 8 columns (16 of the 32 registers hold sums).
#include "levels.h"
#if defined(__aarch64__)
#include <string.h>
#define LANES 4
#define ROWS 8
#define LEVEL VK_NEON
#define TABLE vk_neon
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
#endif
