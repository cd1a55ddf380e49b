// Vectors of LANES floats and what is done with them. The including file sets LANES, ROWS (of a product's tile) and
// the compiler's target, and defines `load_some` and `store_some` (the first n < LANES elements; the rest load as 0).
#include <stddef.h>

typedef float vf __attribute__((ext_vector_type(LANES)));
typedef int vi __attribute__((ext_vector_type(LANES)));
typedef float vf_at_any __attribute__((ext_vector_type(LANES), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

INLINE vf load(const float *p) { return *(const vf_at_any *)p; }
INLINE void store(float *p, vf v) { *(vf_at_any *)p = v; }
INLINE vf splat(float x) { return (vf)x; }
INLINE vf fma_(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
INLINE vf greater(vf a, vf b) { return a > b ? a : b; }
INLINE vf smaller(vf a, vf b) { return a < b ? a : b; }
INLINE float sum_of(vf v) {
#if LANES == 16
    typeof(v.lo) eight = v.lo + v.hi;
    typeof(eight.lo) four = eight.lo + eight.hi;
#elif LANES == 8
    typeof(v.lo) four = v.lo + v.hi;
#else
    vf four = v;
#endif
    return (four.x + four.z) + (four.y + four.w);
}

/// e^x for x up to 88. Cody-Waite reduction by ln 2 in two parts, then a polynomial fitted to e^r on ±ln 2 / 2.
INLINE vf exp_(vf x) {
    x = greater(smaller(x, splat(88.0f)), splat(-87.0f));
    vf n = __builtin_elementwise_roundeven(x * splat(1.44269504f));
    vf r = fma_(n, splat(-0.693359375f), x);
    r = fma_(n, splat(2.12194440e-4f), r);
    vf p = splat(1.0f / 5040);
    p = fma_(p, r, splat(1.0f / 720));
    p = fma_(p, r, splat(1.0f / 120));
    p = fma_(p, r, splat(1.0f / 24));
    p = fma_(p, r, splat(1.0f / 6));
    p = fma_(p, r, splat(0.5f));
    p = fma_(p, r, splat(1.0f));
    p = fma_(p, r, splat(1.0f));
    vi exponent = (__builtin_convertvector(n, vi) + 127) << 23;
    return p * (vf)exponent;
}

/// x·Φ(x). The error function is z·P(t), t = 2z²/3.9² − 1, for |z| ≤ 3.9 and ±1 beyond (1 − erf 3.9 is 3.5e-8); P was
/// fitted by us to erf(z)/z with weighted least squares on 4000 Chebyshev points. Greatest error of erf: 2e-7.
INLINE vf gelu_(vf x) {
    vf z = x * splat(0.70710678f);
    z = greater(smaller(z, splat(3.9f)), splat(-3.9f));
    vf t = fma_(z * z, splat(2.0f / (3.9f * 3.9f)), splat(-1.0f));
    vf p = splat(-0.0005920969997532666f);
    p = fma_(p, t, splat(0.0017844557296484709f));
    p = fma_(p, t, splat(-0.0019030735129490495f));
    p = fma_(p, t, splat(0.0023362934589385986f));
    p = fma_(p, t, splat(-0.006562546361237764f));
    p = fma_(p, t, splat(0.013057330623269081f));
    p = fma_(p, t, splat(-0.019897466525435448f));
    p = fma_(p, t, splat(0.029447095468640327f));
    p = fma_(p, t, splat(-0.04266473278403282f));
    p = fma_(p, t, splat(0.05781155824661255f));
    p = fma_(p, t, splat(-0.07382210344076157f));
    p = fma_(p, t, splat(0.09068336337804794f));
    p = fma_(p, t, splat(-0.10953108221292496f));
    p = fma_(p, t, splat(0.13469037413597107f));
    p = fma_(p, t, splat(-0.1810111105442047f));
    p = fma_(p, t, splat(0.3625839650630951f));
    vf half = x * splat(0.5f);
    return fma_(half, p * z, half);
}

INLINE vf activate(vf x, enum vk_activation activation) {
    switch (activation) {
    case VK_GELU: return gelu_(x);
    case VK_RELU: return greater(x, splat(0));
    case VK_NONE: return x;
    }
    return x;
}
