// The first n lanes of a vector in memory, where no instruction does it; the rest loads as 0.
#include <string.h>

INLINE vf load_some(const float *p, long n) {
    vf v = splat(0);
    memcpy(&v, p, (unsigned long)n * sizeof(float));
    return v;
}
INLINE void store_some(float *p, vf v, long n) { memcpy(p, &v, (unsigned long)n * sizeof(float)); }
