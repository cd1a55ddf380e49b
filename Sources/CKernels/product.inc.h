// Matrix products in vector form: tiles of up to ROWS rows by two vectors of columns, kept in registers over a run of
// the inner dimension. b is packed into panels of 2·LANES columns: [panel][k][2·LANES], the last one padded with zeros.

enum { PANEL = 2 * LANES };

/// Longest run of the inner dimension per pass. Measured: on processors with AVX-512 (and their 1 to 2 MiB of second
/// level cache) it pays to write c once and to fetch b ahead; elsewhere a block of a must stay small.
enum { LONGEST_RUN = LANES == 16 ? 1024 : 384 };

/// Rows of a tile that is one vector wide: with fewer than eight sums, each would wait for its own last one.
enum { TALL = ROWS < 8 ? 2 * ROWS : ROWS };

/// Rows of b that are fetched ahead, where it pays.
enum { AHEAD = 16 };

/// Steps of the inner dimension that are written out one after the other where a tile is two vectors wide, and rows of a
/// that share a pointer. On a core whose other half somebody else's thread uses, a tile is as fast as its instructions
/// are few, not as its multiplications are. Of a step's 30 on AVX2, 20 are its work (2 loads, 6 broadcasts, 12 products);
/// counters, pointers and fetching ahead were the rest. Measured on Zen 3: 1.05 to 1.2 times as fast. A pointer reaches
/// three rows, because an address takes the distance of rows once or twice, but not three times.
enum { STEPS = LANES == 16 ? 1 : 4, REACH = LANES == 16 ? TALL : 3, POINTERS = (TALL + REACH - 1) / REACH };

/// Rows of a from which on the next panel of b is fetched into the second-level cache while one is worked on, unless b is
/// fetched ahead row by row. Weights come from beyond that cache: 2 to 4 % of a transformer's large products on Zen 3.
enum { FETCHES = 8 * ROWS };

/// Rows of a whose packed form is kept in the second-level cache while b passes by.
enum { BLOCK = ROWS * (252 / ROWS) };

static long packed_size(long k, long n) { return (n + PANEL - 1) / PANEL * PANEL * k; }

static void pack(long k, long n, const float *b, long row, long column, float scale, float *packed) {
    for (long j = 0; j < n; j += PANEL) {
        long columns = n - j < PANEL ? n - j : PANEL;
        const float *from = b + j * column;
        if (columns == PANEL && column == 1) {
            for (long i = 0; i < k; i++, packed += PANEL) {
                store(packed, load(from + i * row) * scale);
                store(packed + LANES, load(from + i * row + LANES) * scale);
            }
            continue;
        }
        long i = 0;
        for (; row == 1 && columns == PANEL && i + LANES <= k; i += LANES, packed += LANES * PANEL) {
            transpose_block(from + i, column, packed, PANEL, scale);
            transpose_block(from + i + LANES * column, column, packed + LANES, PANEL, scale);
        }
        for (; i < k; i++, packed += PANEL) {
            for (long c = 0; c < columns; c++) packed[c] = from[i * row + c * column] * scale;
            for (long c = columns; c < PANEL; c++) packed[c] = 0;
        }
    }
}

/// A stored tile through an activation; `rest` of the columns of its last vector are there.
INLINE void activate_tile(
    const int rows, const int vectors, float *c, long ldc, long rest, enum vk_activation activation
) {
    if (activation == VK_NONE) return;
    const int whole = rest >= LANES;
#define SOME(p, v) (whole || v + 1 < vectors ? load(p) : load_some(p, rest))
#define PUT(p, v, value)                                \
    if (whole || v + 1 < vectors) store(p, value);      \
    else store_some(p, value, rest)
    const int together = GROUP / vectors;
    int r = 0;
    for (; r + together <= rows; r += together) {
        float *const at = c + r * ldc;
        vf some[GROUP];
        EACH(i, GROUP) some[i] = SOME(at + i / vectors * ldc + i % vectors * LANES, i % vectors);
        activate_all(GROUP, some, activation);
        EACH(i, GROUP) { PUT(at + i / vectors * ldc + i % vectors * LANES, i % vectors, some[i]); }
    }
    for (; r < rows; r++)
        EACH(v, vectors) {
            float *const at = c + r * ldc + v * LANES;
            PUT(at, v, activate(SOME(at, v), activation));
        }
#undef PUT
#undef SOME
}

/// One step of a tile's sums: a column of a times a row of b.
INLINE void step(
    const int rows, const int vectors, vf sum[TALL][2], const float *from[POINTERS], const long a_row,
    const long a_column, const float **b, const long ldb
) {
    vf bv[2];
    EACH(v, vectors) bv[v] = load(*b + v * LANES);
    EACH(r, rows) {
        vf av = splat(from[r / REACH][r % REACH * a_row]);
        EACH(v, vectors) sum[r][v] = fma_(av, bv[v], sum[r][v]);
    }
    if (STEPS == 1) {
        __builtin_prefetch(*b + AHEAD * ldb);
        if (vectors > 1) __builtin_prefetch(*b + AHEAD * ldb + LANES);
    }
    EACH(i, (rows + REACH - 1) / REACH) from[i] += a_column;
    *b += ldb;
}

/// A tile of `rows` × `vectors` vectors; a's element (r, p) is a[r·a_row + p·a_column]. The sum starts from c if `add`,
/// else from bias + residual.
INLINE void tile(
    const int rows, const int vectors, long k, const float *a, const long a_row, const long a_column, const float *b,
    long ldb, float *c, long ldc, int add, long columns, const vk_epilogue *e, long column, int last
) {
    vf sum[TALL][2];
    const long rest = columns - (vectors - 1) * LANES;
    const int whole = rest >= LANES;
#define SOME(p, v) (whole || v + 1 < vectors ? load(p) : load_some(p, rest))
    if (add) {
        EACH(r, rows) EACH(v, vectors) sum[r][v] = SOME(c + r * ldc + v * LANES, v);
    } else {
        vf start[2] = {splat(0), splat(0)};
        if (e && e->bias) EACH(v, vectors) start[v] = SOME(e->bias + column + v * LANES, v);
        EACH(r, rows) EACH(v, vectors) sum[r][v] = start[v];
        if (e && e->residual)
            EACH(r, rows) EACH(v, vectors)
                sum[r][v] += SOME(e->residual + r * e->residual_stride + column + v * LANES, v);
    }
    const float *from[POINTERS];
    EACH(i, (rows + REACH - 1) / REACH) from[i] = a + i * REACH * a_row;
    const int steps = vectors > 1 ? STEPS : 1;
    long p = 0;
    for (; p + steps <= k; p += steps)
        EACH(i, steps) step(rows, vectors, sum, from, a_row, a_column, &b, ldb);
    for (; p < k; p++) step(rows, vectors, sum, from, a_row, a_column, &b, ldb);
#define PUT(p, v, value)                                \
    if (whole || v + 1 < vectors) store(p, value);      \
    else store_some(p, value, rest)
    EACH(r, rows) EACH(v, vectors) { PUT(c + r * ldc + v * LANES, v, sum[r][v]); }
#undef PUT
#undef SOME
    if (last && e) activate_tile(rows, vectors, c, ldc, rest, e->activation);
}

typedef void tile_function(
    long k, const float *a, long stride, const float *b, long ldb, float *c, long ldc, int add, long columns,
    const vk_epilogue *e, long column, int last);

#define TILE(R, V)                                                                                                  \
    static void tile_##R##_##V(                                                                                     \
        long k, const float *a, long stride, const float *b, long ldb, float *c, long ldc, int add, long columns,   \
        const vk_epilogue *e, long column, int last                                                                 \
    ) {                                                                                                             \
        tile(R, V, k, a, 1, stride, b, ldb, c, ldc, add, columns, e, column, last);                                 \
    }                                                                                                               \
    static void rows_##R##_##V(                                                                                     \
        long k, const float *a, long stride, const float *b, long ldb, float *c, long ldc, int add, long columns,   \
        const vk_epilogue *e, long column, int last                                                                 \
    ) {                                                                                                             \
        tile(R, V, k, a, stride, 1, b, PANEL, c, ldc, add, columns, e, column, last);                                 \
    }
#define TILES(R) TILE(R, 1) TILE(R, 2)
TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)
#if ROWS == 6
TILE(7, 1) TILE(8, 1) TILE(9, 1) TILE(10, 1) TILE(11, 1) TILE(12, 1)
#else
TILES(7) TILES(8)
#endif
#if ROWS > 8
TILES(9) TILES(10) TILES(11) TILES(12) TILES(13) TILES(14)
#endif

/// By number of rows and of vectors: a held as columns (`tile`: a's rows are `stride` apart along k) or as rows.
#define ENTRY(R) {{tile_##R##_1, tile_##R##_2}, {rows_##R##_1, rows_##R##_2}}
#define ENTRY_1(R) {{tile_##R##_1, NULL}, {rows_##R##_1, NULL}}
static tile_function *const tiles[TALL + 1][2][2] = {
    {{NULL, NULL}, {NULL, NULL}}, ENTRY(1), ENTRY(2), ENTRY(3), ENTRY(4), ENTRY(5), ENTRY(6),
#if ROWS == 6
    ENTRY_1(7), ENTRY_1(8), ENTRY_1(9), ENTRY_1(10), ENTRY_1(11), ENTRY_1(12),
#else
    ENTRY(7), ENTRY(8),
#endif
#if ROWS > 8
    ENTRY(9), ENTRY(10), ENTRY(11), ENTRY(12), ENTRY(13), ENTRY(14),
#endif
};

/// Rows [m, k] of a into panels of ROWS rows, [panel][k][ROWS]; the last panel is as high as what is left.
static void pack_rows(long m, long k, const float *a, long lda, float *packed) {
    for (long i = 0; i < m; i += ROWS, packed += ROWS * k) {
        long rows = m - i < ROWS ? m - i : ROWS;
        const float *from = a + i * lda;
        long p = 0;
        if (rows == ROWS)
            for (; p + LANES <= k; p += LANES) transpose_rows(from + p, lda, packed + p * ROWS);
        for (; p < k; p++)
            for (long r = 0; r < rows; r++) packed[p * ROWS + r] = from[r * lda + p];
    }
}

/// Cuts k into equal runs.
static long run_length(long k) {
    long runs = (k + LONGEST_RUN - 1) / LONGEST_RUN;
    return runs > 1 ? ((k + runs - 1) / runs + LANES - 1) / LANES * LANES : k;
}

/// Rows of the next tile where `left` are left: the last two share what they have, because a low tile waits for its sums.
static long tile_rows(long left, long columns) {
    const long most = columns > LANES ? ROWS : TALL;
    return left > most && left < 2 * most ? (left + 1) / 2 : left < most ? left : most;
}

static long product_work(long m, long k) {
    long rows = (m < BLOCK ? (m + ROWS - 1) / ROWS * ROWS : BLOCK);
    return rows * run_length(k) + LANES;
}

static void product(
    long m, long n, long k, const float *a, long lda, const float *packed, float *c, long ldc,
    const vk_epilogue *e, float *work
) {
    // packing pays when each row of a meets many columns and a tile of rows does not stay in the first-level cache, or
    // when rows of a would fall into the same cache sets
    const int direct = (n <= 64 || k <= 256) && lda % 512 != 0;
    const long longest = run_length(k);
    vk_epilogue here = e ? *e : (vk_epilogue){0};
    for (long i = 0; i < m; i += BLOCK) {
        long high = m - i < BLOCK ? m - i : BLOCK;
        for (long p = 0; p < k; p += longest) {
            long run = k - p < longest ? k - p : longest;
            if (!direct) pack_rows(high, run, a + i * lda + p, lda, work);
            for (long j = 0; j < n; j += PANEL) {
                long columns = n - j < PANEL ? n - j : PANEL;
                const float *panel = packed + j * k + p * PANEL;
                const float *next = panel + k * PANEL;
                const long fetched = STEPS > 1 && high >= FETCHES && j + PANEL < n ? (run * ROWS + high - 1) / high : 0;
                for (long r = 0, rows; r < high; r += rows) {
                    for (long q = 0; q < fetched; q++, next += PANEL) __builtin_prefetch(next, 0, 2);
                    rows = direct ? tile_rows(high - r, columns) : high - r < ROWS ? high - r : ROWS;
                    if (e && e->residual) here.residual = e->residual + (i + r) * e->residual_stride;
                    tile_function *run_tile = tiles[rows][direct][columns > LANES];
                    run_tile(
                        run, direct ? a + (i + r) * lda + p : work + r * run, direct ? lda : ROWS, panel, PANEL,
                        c + (i + r) * ldc + j, ldc, p > 0, columns, &here, j, p + run == k);
                }
            }
        }
    }
}

static void product_transposed(
    long m, long n, long k, const float *a, long lda, const float *b, long ldb, const float *from, long ldfrom,
    float *c, long ldc
) {
    const long longest = run_length(k);
    for (long p = 0; p < k; p += longest) {
        long run = k - p < longest ? k - p : longest;
        for (long j = 0; j < n; j += PANEL) {
            long columns = n - j < PANEL ? n - j : PANEL;
            for (long i = 0, rows; i < m; i += rows) {
                rows = tile_rows(m - i, columns);
                const vk_epilogue e = {NULL, from ? from + i * ldfrom : NULL, ldfrom, VK_NONE};
                // a short sum gives no time to wait for what it is added to: fetch that of the next tile now
                if (from && i + 2 * ROWS <= m)
                    for (long r = ROWS; r < 2 * ROWS; r++) {
                        __builtin_prefetch(from + (i + r) * ldfrom + j);
                        __builtin_prefetch(from + (i + r) * ldfrom + j + LANES);
                    }
                tiles[rows][0][columns > LANES](
                    run, a + p * lda + i, lda, b + p * ldb + j, ldb, c + i * ldc + j, ldc, p > 0, columns, &e, j, 1);
            }
        }
    }
}
