// Vectors of LANES floats and what is done with them. The including file sets LANES, ROWS (of a product's tile) and
// the compiler's target, and defines `load_some` and `store_some` (the first n < LANES elements; the rest load as 0).
#include <stddef.h>
#include <string.h>

typedef float vf __attribute__((ext_vector_type(LANES)));
typedef int vi __attribute__((ext_vector_type(LANES)));
typedef float vf_at_any __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int vi_at_any __attribute__((ext_vector_type(LANES), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

/// Vectors that are worked on side by side where one would wait for its own last result.
enum { GROUP = 4 };
#define EACH(i, n) _Pragma("clang loop unroll(full)") for (int i = 0; i < (n); i++)

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

/// e^x of each, for x up to 88. Cody-Waite reduction by ln 2 in two parts, then the series of e^r on ±ln 2 / 2.
INLINE void exp_all(const int count, vf *x) {
    static const float series[] = {1.0f / 5040, 1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
    vf n[GROUP], p[GROUP];
    EACH(i, count) x[i] = greater(smaller(x[i], splat(88.0f)), splat(-87.0f));
    EACH(i, count) n[i] = __builtin_elementwise_roundeven(x[i] * splat(1.44269504f));
    EACH(i, count) x[i] = fma_(n[i], splat(-0.693359375f), x[i]);
    EACH(i, count) x[i] = fma_(n[i], splat(2.12194440e-4f), x[i]);
    EACH(i, count) p[i] = splat(series[0]);
    EACH(k, 7) EACH(i, count) p[i] = fma_(p[i], x[i], splat(series[k + 1]));
    EACH(i, count) x[i] = p[i] * (vf)((__builtin_convertvector(n[i], vi) + 127) << 23);
}

INLINE vf exp_(vf x) {
    exp_all(1, &x);
    return x;
}

/// x·Φ(x) of each. Φ is 1/2 + v·P(v²)/Q(v²), v = x held to ±3.9·√2, where Φ is within 1.8e-8 of 0 or 1. Fitted by us to
/// erf(z)/z on 8000 Chebyshev points with reweighted least squares: the error of erf is 1.5e-8 before rounding, 4e-7
/// after it. A quotient, because a divider works beside the multipliers, which a polynomial of degree 15 (what it takes
/// for 2e-7) keeps busy half as long again.
INLINE void gelu_all(const int count, vf *x) {
    static const float above[] = {2.2653833e-08f, 6.351978e-06f, 0.00016956778f, 0.0046816594f, 0.033930708f,
                                  0.39894223f};
    static const float below[] = {1.1947127e-06f, 7.3858515e-05f, 0.0018886515f, 0.028689558f, 0.25171757f, 1.0f};
    vf v[GROUP], square[GROUP], p[GROUP], q[GROUP];
    EACH(i, count) v[i] = greater(smaller(x[i], splat(5.515433f)), splat(-5.515433f));
    EACH(i, count) square[i] = v[i] * v[i];
    EACH(i, count) p[i] = splat(above[0]);
    EACH(i, count) q[i] = splat(below[0]);
    EACH(k, 5) {
        EACH(i, count) p[i] = fma_(p[i], square[i], splat(above[k + 1]));
        EACH(i, count) q[i] = fma_(q[i], square[i], splat(below[k + 1]));
    }
    EACH(i, count) x[i] *= v[i] * p[i] / q[i] + splat(0.5f);
}

/// Up to GROUP vectors through an activation.
INLINE void activate_all(const int count, vf *x, enum vk_activation activation) {
    switch (activation) {
    case VK_GELU: gelu_all(count, x); return;
    case VK_RELU: EACH(i, count) x[i] = greater(x[i], splat(0)); return;
    case VK_NONE: return;
    }
}

INLINE vf activate(vf x, enum vk_activation activation) {
    activate_all(1, &x, activation);
    return x;
}
