// Kernels that go over rows of a matrix: norms, softmaxes, activations, depthwise convolution.

/// Runs BODY for each vector of a row: `at` is its first column, `some` how many of its columns count.
#define EACH_VECTOR(n, WHOLE, PART)                                                                                 \
    {                                                                                                               \
        long at = 0;                                                                                                \
        for (; at + LANES <= (n); at += LANES) { WHOLE }                                                            \
        if (at < (n)) {                                                                                             \
            const long some = (n) - at;                                                                             \
            PART                                                                                                    \
        }                                                                                                           \
    }

/// Runs CHANGE on GROUP vectors `v` at a time, in place, and leaves in n and x what is no whole group.
#define EACH_GROUP(n, x, CHANGE)                                                                                    \
    for (; n >= GROUP * LANES; n -= GROUP * LANES, x += GROUP * LANES) {                                            \
        vf v[GROUP];                                                                                                \
        EACH(i, GROUP) v[i] = load(x + i * LANES);                                                                  \
        CHANGE                                                                                                      \
        EACH(i, GROUP) store(x + i * LANES, v[i]);                                                                  \
    }

static void gelu(long n, float *x) {
    EACH_GROUP(n, x, gelu_all(GROUP, v);)
    EACH_VECTOR(n, store(x + at, activate(load(x + at), VK_GELU));,
                   store_some(x + at, activate(load_some(x + at, some), VK_GELU), some);)
}

static void exponential(long n, float *x) {
    EACH_GROUP(n, x, exp_all(GROUP, v);)
    EACH_VECTOR(n, store(x + at, exp_(load(x + at)));, store_some(x + at, exp_(load_some(x + at, some)), some);)
}

/// 1 in the lanes below n, else 0.
INLINE vf first_lanes(long n) {
    float ones[LANES];
    for (int i = 0; i < LANES; i++) ones[i] = i < n;
    return load(ones);
}

/// `count` rows side by side: the sums of one row would each wait for the last.
INLINE void layer_norm_rows(
    const int count, long n, const float *x, long ldx, const float *weight, const float *bias, float eps, float *y,
    long ldy
) {
    const vf tail = first_lanes(n % LANES);
    vf mean[GROUP], inverse[GROUP], sum[GROUP];
    EACH(i, count) sum[i] = splat(0);
    EACH_VECTOR(n, EACH(i, count) sum[i] += load(x + i * ldx + at);,
                   EACH(i, count) sum[i] += load_some(x + i * ldx + at, some);)
    EACH(i, count) mean[i] = splat(sum_of(sum[i]) / (float)n);
    EACH(i, count) sum[i] = splat(0);
    EACH_VECTOR(
        n, EACH(i, count) { vf d = load(x + i * ldx + at) - mean[i]; sum[i] = fma_(d, d, sum[i]); },
        EACH(i, count) { vf d = (load_some(x + i * ldx + at, some) - mean[i]) * tail; sum[i] = fma_(d, d, sum[i]); })
    EACH(i, count) inverse[i] = splat(1.0f / __builtin_sqrtf(sum_of(sum[i]) / (float)n + eps));
    EACH_VECTOR(
        n, const vf w = load(weight + at); const vf b = load(bias + at);
        EACH(i, count) store(y + i * ldy + at, fma_((load(x + i * ldx + at) - mean[i]) * inverse[i], w, b));,
        const vf w = load_some(weight + at, some); const vf b = load_some(bias + at, some);
        EACH(i, count) {
            vf v = fma_((load_some(x + i * ldx + at, some) - mean[i]) * inverse[i], w, b);
            store_some(y + i * ldy + at, v, some);
        })
}

static void layer_norm(
    long rows, long n, const float *x, long ldx, const float *weight, const float *bias, float eps, float *y, long ldy
) {
    for (; rows >= GROUP; rows -= GROUP, x += GROUP * ldx, y += GROUP * ldy)
        layer_norm_rows(GROUP, n, x, ldx, weight, bias, eps, y, ldy);
    for (; rows > 0; rows--, x += ldx, y += ldy) layer_norm_rows(1, n, x, ldx, weight, bias, eps, y, ldy);
}

INLINE float greatest_of(vf v) { return __builtin_reduce_max(v); }

/// exp(s − greatest) over a row whose greatest is known (up to the lanes of `greatest`); returns one over the sum.
INLINE float softmax_rest(long n, float *s, vf greatest) {
    const vf top = splat(greatest_of(greatest));
    vf sum = splat(0);
    EACH_GROUP(n, s, EACH(i, GROUP) v[i] -= top; exp_all(GROUP, v); EACH(i, GROUP) sum += v[i];)
    EACH_VECTOR(n, vf v = exp_(load(s + at) - top); sum += v; store(s + at, v);,
                   vf v = exp_(load_some(s + at, some) - top) * first_lanes(some); sum += v;
                   store_some(s + at, v, some);)
    return 1.0f / sum_of(sum);
}

static void softmax(long rows, long n, float *s, long lds, const float *bias, long ldbias, float *inverse) {
    for (long r = 0; r < rows; r++, s += lds) {
        const float *b = bias ? bias + r * ldbias : NULL;
        vf greatest = splat(-__builtin_inff());
        EACH_VECTOR(n, vf v = load(s + at); if (b) { v += load(b + at); store(s + at, v); }
                       greatest = greater(greatest, v);,
                       vf v = load_some(s + at, some);
                       if (b) { v += load_some(b + at, some); store_some(s + at, v, some); }
                       vf lowest = splat(-__builtin_inff()); vf mask = first_lanes(some);
                       greatest = greater(greatest, mask > splat(0) ? v : lowest);)
        inverse[r] = softmax_rest(n, s, greatest);
    }
}

static void softmax_grid(
    long rows, long high, long wide, float *s, long lds, const float *vertical, const long *vertical_offset,
    const float *horizontal, const long *horizontal_offset, float *inverse
) {
    const vf tail = first_lanes(wide % LANES), lowest = splat(-__builtin_inff());
    for (long r = 0; r < rows; r++, s += lds) {
        const float *down = vertical + vertical_offset[r], *across = horizontal + horizontal_offset[r];
        vf greatest = lowest;
        for (long i = 0; i < high; i++) {
            float *run = s + i * wide;
            const vf term = splat(down[i]);
            EACH_VECTOR(wide, vf v = load(run + at) + (load(across + at) + term); store(run + at, v);
                              greatest = greater(greatest, v);,
                              vf v = load_some(run + at, some) + (load_some(across + at, some) + term);
                              store_some(run + at, v, some);
                              greatest = greater(greatest, tail > splat(0) ? v : lowest);)
        }
        inverse[r] = softmax_rest(high * wide, s, greatest);
    }
}

/// exp(s − greatest) down the columns of one vector, divided by their sum where the columns are to sum to one; a column
/// `beside_zero` has one more number, a zero, that is not stored.
INLINE void exponential_column(
    long rows, float *s, long lds, float *top, float *total, int normalise, int beside_zero, long some
) {
#define AT(r) (some < LANES ? load_some(s + (r) * lds, some) : load(s + (r) * lds))
#define PUT(p, v) (some < LANES ? store_some(p, v, some) : store(p, v))
    vf greatest = beside_zero ? greater(AT(0), splat(0)) : AT(0);
    for (long r = 1; r < rows; r++) greatest = greater(greatest, AT(r));
    vf sum = beside_zero ? exp_(-greatest) : splat(0);
    long r = 0;
    for (; r + GROUP <= rows; r += GROUP) {
        vf v[GROUP];
        EACH(i, GROUP) v[i] = AT(r + i) - greatest;
        exp_all(GROUP, v);
        EACH(i, GROUP) sum += v[i];
        EACH(i, GROUP) PUT(s + (r + i) * lds, v[i]);
    }
    for (; r < rows; r++) {
        vf v = exp_(AT(r) - greatest);
        sum += v;
        PUT(s + r * lds, v);
    }
    if (normalise) {
        const vf factor = splat(1.0f) / sum;
        for (r = 0; r < rows; r++) PUT(s + r * lds, AT(r) * factor);
    } else {
        PUT(top, greatest);
        PUT(total, sum);
    }
#undef AT
#undef PUT
}

static void softmax_columns(long rows, long n, float *s, long lds, int beside_zero) {
    EACH_VECTOR(n, exponential_column(rows, s + at, lds, NULL, NULL, 1, beside_zero, LANES);,
                   exponential_column(rows, s + at, lds, NULL, NULL, 1, beside_zero, some);)
}

static void exponential_columns(long rows, long n, float *s, long lds, float *greatest, float *sum) {
    EACH_VECTOR(n, exponential_column(rows, s + at, lds, greatest + at, sum + at, 0, 0, LANES);,
                   exponential_column(rows, s + at, lds, greatest + at, sum + at, 0, 0, some);)
}

static void scale_rows(long rows, long n, float *x, long ldx, const float *factor) {
    for (long r = 0; r < rows; r++, x += ldx) {
        const vf f = splat(factor[r]);
        EACH_VECTOR(n, store(x + at, load(x + at) * f);, store_some(x + at, load_some(x + at, some) * f, some);)
    }
}

static void scale_columns(long rows, long n, float *x, long ldx, const float *factor) {
    for (long r = 0; r < rows; r++, x += ldx)
        EACH_VECTOR(n, store(x + at, load(x + at) * load(factor + at));,
                       store_some(x + at, load_some(x + at, some) * load_some(factor + at, some), some);)
}

/// One vector of columns; four sums, so that one does not wait for the other.
INLINE vf dot_column(long rows, const float *a, long lda, const float *b, long ldb, long some) {
#define SOME(p) (some < LANES ? load_some(p, some) : load(p))
    vf sum[4] = {splat(0), splat(0), splat(0), splat(0)};
    long r = 0;
    for (; r + 4 <= rows; r += 4)
        for (int i = 0; i < 4; i++) sum[i] = fma_(SOME(a + (r + i) * lda), SOME(b + (r + i) * ldb), sum[i]);
    for (; r < rows; r++) sum[0] = fma_(SOME(a + r * lda), SOME(b + r * ldb), sum[0]);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
#undef SOME
}

static void dot_columns(long rows, long n, const float *a, long lda, const float *b, long ldb, float *y) {
    EACH_VECTOR(n, store(y + at, load(y + at) + dot_column(rows, a + at, lda, b + at, ldb, LANES));,
                   store_some(y + at, load_some(y + at, some) + dot_column(rows, a + at, lda, b + at, ldb, some), some);)
}

/// The sum of each of LANES vectors, side by side. Halves are folded onto each other, two vectors at a time.
INLINE vf sums_of(vf v[LANES]) {
    EACH(step, 4) {
        const int width = 1 << step;
        if (width >= LANES) break;
        EACH(i, LANES / 2) {
            if (i >= LANES / 2 / width) break;
            const vf x = v[2 * i], y = v[2 * i + 1];
            vf low, high;
            EACH(lane, LANES) {
                low[lane] = lane & width ? y[lane - width] : x[lane];
                high[lane] = lane & width ? y[lane] : x[lane + width];
            }
            v[i] = low + high;
        }
    }
    return v[0];
}

static void dot_rows(
    long rows, long n, const float *a, long lda, long vectors, const float *b, long ldb, float *y, long ldy
) {
    long r = 0;
    for (; r + LANES <= rows; r += LANES, a += LANES * lda)
        for (long j = 0; j < vectors; j++) {
            const float *w = b + j * ldb;
            vf sum[LANES];
            EACH(i, LANES) sum[i] = splat(0);
            EACH_VECTOR(n, const vf factor = load(w + at);
                           EACH(i, LANES) sum[i] = fma_(load(a + i * lda + at), factor, sum[i]);,
                           const vf factor = load_some(w + at, some);
                           EACH(i, LANES) sum[i] = fma_(load_some(a + i * lda + at, some), factor, sum[i]);)
            store(y + j * ldy + r, sums_of(sum));
        }
    for (; r < rows; r++, a += lda)
        for (long j = 0; j < vectors; j++) {
            vf sum = splat(0);
            EACH_VECTOR(n, sum = fma_(load(a + at), load(b + j * ldb + at), sum);,
                           sum = fma_(load_some(a + at, some), load_some(b + j * ldb + at, some), sum);)
            y[j * ldy + r] = sum_of(sum);
        }
}

static void enlarge(long cells, const int *start, const float *weights, long apart, const float *x, float *y) {
    // whole vectors, whose last elements belong to the next cell and are overwritten by it
    for (long cell = 0; cell < cells; cell++) {
        const vf a = splat(x[cell]), b = splat(x[cell + 1]), c = splat(x[cell + 2]);
        for (long i = start[cell] - start[0]; i < start[cell + 1] - start[0]; i += LANES) {
            const float *w = weights + i;
            store(y + i, fma_(load(w), a, fma_(load(w + apart), b, load(w + 2 * apart) * c)));
        }
    }
}

static void mix(
    long n, const float *const x[3], const float w[3], const float limits[3], float *y, int *any, long counts[3]
) {
    const vf w0 = splat(w[0]), w1 = splat(w[1]), w2 = splat(w[2]);
    const vf limit[3] = {splat(limits[0]), splat(limits[1]), splat(limits[2])};
    vi count[3] = {0, 0, 0};
    long at = 0;
    for (; at + LANES <= n; at += LANES) {
        const vf v = fma_(load(x[0] + at), w0, fma_(load(x[1] + at), w1, load(x[2] + at) * w2));
        store(y + at, v);
        // true is −1
        const vi on = v > limit[0];
        *(vi_at_any *)(any + at) |= on;
        count[0] -= on;
        count[1] -= v > limit[1];
        count[2] -= v > limit[2];
    }
    EACH(i, 3) for (int lane = 0; lane < LANES; lane++) counts[i] += count[i][lane];
    for (; at < n; at++) {
        const float v = x[0][at] * w[0] + (x[1][at] * w[1] + x[2][at] * w[2]);
        y[at] = v;
        any[at] |= -(v > limits[0]);
        EACH(i, 3) counts[i] += v > limits[i];
    }
}

static void add_scaled(long n, const float *x, float factor, float *y) {
    const vf f = splat(factor);
    EACH_VECTOR(n, store(y + at, fma_(load(x + at), f, load(y + at)));,
                   store_some(y + at, fma_(load_some(x + at, some), f, load_some(y + at, some)), some);)
}

static void add(long rows, long n, const float *x, long ldx, const float *addend, long lda, float *y, long ldy) {
    for (long r = 0; r < rows; r++, x += ldx, addend += lda, y += ldy)
        EACH_VECTOR(n, store(y + at, load(x + at) + load(addend + at));,
                       store_some(y + at, load_some(x + at, some) + load_some(addend + at, some), some);)
}

/// One output vector of a depthwise convolution; `first` and `past` bound the columns of the kernel that count.
INLINE vf depthwise_at(
    const float *const rows[3], long column, long channels, long at, int first, int past, const float *weight,
    vf sum, long some
) {
#define SOME(p) (some < LANES ? load_some(p, some) : load(p))
    for (int ky = 0; ky < 3; ky++) {
        if (!rows[ky]) continue;
        for (int kx = first; kx < past; kx++)
            sum = fma_(
                SOME(rows[ky] + (column + kx) * channels + at), SOME(weight + (ky * 3 + kx) * channels + at), sum);
    }
    return sum;
#undef SOME
}

/// GROUP outputs side by side of one vector of channels, away from every border.
INLINE void depthwise_group(
    const float *const rows[3], const long step, long channels, const vf *weight, vf bias,
    enum vk_activation activation, float *y
) {
    vf sum[GROUP];
    EACH(i, GROUP) sum[i] = bias;
    EACH(ky, 3) EACH(kx, 3) EACH(i, GROUP)
        sum[i] = fma_(load(rows[ky] + (i * step + kx) * channels), weight[ky * 3 + kx], sum[i]);
    activate_all(GROUP, sum, activation);
    EACH(i, GROUP) store(y + i * channels, sum[i]);
}

/// Floats of three input rows that the second-level cache keeps beside other things, and floats of one input row whose
/// columns the first-level cache keeps while their channels are gone through. Measured.
enum { NEAR_ROWS = 1 << 16, NEAR_COLUMNS = 2048 };

static void depthwise_row(
    long width, long step, long channels, long input_width, const float *above, const float *centre,
    const float *below, const float *weight, const float *bias, enum vk_activation activation, float *y
) {
    const float *const rows[3] = {above, centre, below};
    const int inner = above && centre && below;
    const long near = NEAR_COLUMNS / (channels * step) / GROUP * GROUP;
    const long block = 3 * input_width * channels < NEAR_ROWS ? width : near > GROUP ? near : GROUP;
    for (long begin = 0; begin < width; begin += block) {
        const long end = width - begin < block ? width : begin + block;
        // one vector of channels along the columns of the block: its nine weights stay in registers
        for (long at = 0; at < channels; at += LANES) {
            const long some = channels - at < LANES ? channels - at : LANES;
            vf w[9], b = some < LANES ? load_some(bias + at, some) : load(bias + at);
            if (some == LANES) EACH(i, 9) w[i] = load(weight + i * channels + at);
            for (long x = begin; x < end;) {
                const long column = x * step - 1;
                if (some == LANES && inner && column >= 0 && x + GROUP <= end
                    && column + (GROUP - 1) * step + 3 <= input_width) {
                    const long from = column * channels + at;
                    const float *const here[3] = {above + from, centre + from, below + from};
                    if (step == 1) depthwise_group(here, 1, channels, w, b, activation, y + x * channels + at);
                    else depthwise_group(here, step, channels, w, b, activation, y + x * channels + at);
                    x += GROUP;
                    continue;
                }
                const int first = column < 0, past = column + 3 <= input_width ? 3 : (int)(input_width - column);
                const vf sum = activate(
                    depthwise_at(rows, column, channels, at, first, past, weight, b, some), activation);
                if (some < LANES) store_some(y + x * channels + at, sum, some);
                else store(y + x * channels + at, sum);
                x++;
            }
        }
    }
}
