// Products of 8-bit numbers in vector form. The including file sets, beside what lanes.inc.h needs, TOGETHER (products
// that one lane adds up in one step), `cell` and `weight_cell` (what a quantised number and a weight are held in), and
// `dot`, which adds to each lane the products of its TOGETHER cells with those of the row. Sums are exact, so that
// every form gives the same. Weights are packed into panels of 2·LANES columns: [panel][k / TOGETHER][2·LANES][TOGETHER].

/// Bytes of one quantised row. An odd number of cache lines keeps the rows of a tile out of each other's cache sets.
static long bytes_row_size(long k) {
    long lines = (k * (long)sizeof(cell) + 63) / 64;
    return (lines | 1) * 64;
}

static long bytes_packed_size(long k, long n) {
    return (n + PANEL - 1) / PANEL * PANEL * ((k + TOGETHER - 1) / TOGETHER * TOGETHER) * (long)sizeof(weight_cell);
}

static void bytes_pack(long k, long n, const signed char *w, void *packed) {
    weight_cell *to = packed;
    for (long j = 0; j < n; j += PANEL)
        for (long i = 0; i < k; i += TOGETHER)
            for (long c = j; c < j + PANEL; c++)
                for (long t = i; t < i + TOGETHER; t++) *to++ = c < n && t < k ? w[c * k + t] : 0;
}

INLINE vf some_of(const float *x, long n) { return n >= LANES ? load(x) : load_some(x, n); }

static void bytes_quantise(long m, long k, const float *a, long lda, void *q, float *scale, int *zero) {
    typedef cell cells __attribute__((ext_vector_type(LANES)));
    for (long r = 0; r < m; r++, a += lda, q = (char *)q + bytes_row_size(k)) {
        // negated, so that what is missing in the last vector (zeros) is right for both ends
        vf high = splat(0), low = splat(0), bad = splat(0);
        for (long i = 0; i < k; i += LANES) {
            vf x = some_of(a + i, k - i);
            high = greater(x, high);
            low = greater(-x, low);
            bad += x * splat(0);
        }
        float down = greatest_of(low), step = (greatest_of(high) + down) / 255;
        const float inverse = step > 0 ? 1 / step : 0;
        const float origin = __builtin_elementwise_roundeven(down * inverse);
        zero[r] = (int)origin;
        scale[r] = step + sum_of(bad);
        cell *to = q;
        for (long i = 0; i < k; i += LANES) {
            vf x = __builtin_elementwise_roundeven(some_of(a + i, k - i) * splat(inverse)) + splat(origin);
            x = smaller(greater(x, splat(0)), splat(255));
            cells v = __builtin_convertvector(__builtin_convertvector(x, vi), cells);
            memcpy(to + i, &v, sizeof v);
        }
        // the last group may reach beyond what was written; its weights are zero, and so are these
        long written = (k + LANES - 1) / LANES * LANES;
        if (written % TOGETHER) memset(to + written, 0, TOGETHER * sizeof(cell));
    }
}

INLINE void bytes_tile(
    const int rows, const int vectors, long k, const char *q, long q_row, const float *scale, const int *zero,
    const weight_cell *b, const float *weight_scale, const int *weight_sum, float *c, long ldc, long columns,
    const vk_epilogue *e, long column
) {
    vi sum[ROWS][2];
    EACH(r, rows) EACH(v, vectors) sum[r][v] = (vi)0;
    for (long p = 0; p < k; p += TOGETHER) {
        vi bv[2];
        EACH(v, vectors) memcpy(&bv[v], b + v * LANES * TOGETHER, sizeof(vi));
        EACH(r, rows) {
            int group;
            memcpy(&group, q + r * q_row + p * (long)sizeof(cell), sizeof group);
            EACH(v, vectors) sum[r][v] = dot(sum[r][v], (vi)group, bv[v]);
        }
        __builtin_prefetch(b + AHEAD * PANEL * TOGETHER);
        if (vectors > 1) __builtin_prefetch(b + AHEAD * PANEL * TOGETHER + LANES * TOGETHER);
        b += PANEL * TOGETHER;
    }
    const long rest = columns - (vectors - 1) * LANES;
    EACH(v, vectors) {
        const long n = v + 1 < vectors ? LANES : rest, at = column + v * LANES;
        const vf factor = some_of(weight_scale + at, n);
        const vi total = (vi)some_of((const float *)(const void *)(weight_sum + at), n);
        const vf bias = e->bias ? some_of(e->bias + at, n) : splat(0);
        EACH(r, rows) {
            vf from = e->residual ? bias + some_of(e->residual + r * e->residual_stride + at, n) : bias;
            vf exact = __builtin_convertvector(sum[r][v] - total * (vi)zero[r], vf);
            vf y = fma_(exact, factor * splat(scale[r]), from);
            if (n >= LANES) store(c + r * ldc + v * LANES, y);
            else store_some(c + r * ldc + v * LANES, y, n);
        }
    }
    activate_tile(rows, vectors, c, ldc, rest, e->activation);
}

typedef void bytes_tile_function(
    long k, const char *q, long q_row, const float *scale, const int *zero, const weight_cell *b,
    const float *weight_scale, const int *weight_sum, float *c, long ldc, long columns, const vk_epilogue *e,
    long column);

#define BYTES_TILE(R, V)                                                                                            \
    static void bytes_tile_##R##_##V(                                                                               \
        long k, const char *q, long q_row, const float *scale, const int *zero, const weight_cell *b,               \
        const float *weight_scale, const int *weight_sum, float *c, long ldc, long columns, const vk_epilogue *e,   \
        long column                                                                                                 \
    ) {                                                                                                             \
        bytes_tile(                                                                                                 \
            R, V, k, q, q_row, scale, zero, b, weight_scale, weight_sum, c, ldc, columns, e, column);               \
    }
#define BYTES_TILES(R) BYTES_TILE(R, 1) BYTES_TILE(R, 2)
#define BYTES_ENTRY(R) {bytes_tile_##R##_1, bytes_tile_##R##_2}
BYTES_TILES(1) BYTES_TILES(2) BYTES_TILES(3) BYTES_TILES(4) BYTES_TILES(5) BYTES_TILES(6)
#if ROWS > 6
BYTES_TILES(7) BYTES_TILES(8) BYTES_TILES(9) BYTES_TILES(10) BYTES_TILES(11) BYTES_TILES(12) BYTES_TILES(13)
BYTES_TILES(14)
#endif

static bytes_tile_function *const bytes_tiles[ROWS + 1][2] = {
    {NULL, NULL}, BYTES_ENTRY(1), BYTES_ENTRY(2), BYTES_ENTRY(3), BYTES_ENTRY(4), BYTES_ENTRY(5), BYTES_ENTRY(6),
#if ROWS > 6
    BYTES_ENTRY(7), BYTES_ENTRY(8), BYTES_ENTRY(9), BYTES_ENTRY(10), BYTES_ENTRY(11), BYTES_ENTRY(12),
    BYTES_ENTRY(13), BYTES_ENTRY(14),
#endif
};

static void bytes_product(
    long m, long n, long k, const void *q, const float *scale, const int *zero, const void *packed,
    const float *weight_scale, const int *weight_sum, float *c, long ldc, const vk_epilogue *e
) {
    const long q_row = bytes_row_size(k), panel = bytes_packed_size(k, PANEL) / (long)sizeof(weight_cell);
    vk_epilogue here = e ? *e : (vk_epilogue){0};
    for (long j = 0; j < n; j += PANEL) {
        const long columns = n - j < PANEL ? n - j : PANEL;
        const weight_cell *b = (const weight_cell *)packed + j / PANEL * panel;
        for (long r = 0, rows; r < m; r += rows) {
            const long left = m - r;
            rows = left > ROWS && left < 2 * ROWS ? (left + 1) / 2 : left < ROWS ? left : ROWS;
            if (e && e->residual) here.residual = e->residual + r * e->residual_stride;
            bytes_tiles[rows][columns > LANES](
                k, (const char *)q + r * q_row, q_row, scale + r, zero + r, b, weight_scale, weight_sum,
                c + r * ldc + j, ldc, columns, &here, j);
        }
    }
}

const vk_bytes_kernels BYTES_TABLE = {
    .level = BYTES_LEVEL, .panel = PANEL, .packed_size = bytes_packed_size, .pack = bytes_pack,
    .row_size = bytes_row_size, .quantise = bytes_quantise, .product = bytes_product,
};
