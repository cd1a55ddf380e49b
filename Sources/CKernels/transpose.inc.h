// Small transpositions in registers, for packing.

#if LANES == 16
#define ZIP_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define ZIP_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif LANES == 8
#define ZIP_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define ZIP_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define ZIP_LOW 0, 4, 1, 5
#define ZIP_HIGH 2, 6, 3, 7
#endif

/// Interleaving the first half of the rows with the second half, log2(LANES) times over, transposes the square.
INLINE void transpose(vf x[LANES]) {
    _Pragma("clang loop unroll(full)") for (int stage = 1; stage < LANES; stage *= 2) {
        vf y[LANES];
        _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES / 2; i++) {
            y[2 * i] = __builtin_shufflevector(x[i], x[i + LANES / 2], ZIP_LOW);
            y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + LANES / 2], ZIP_HIGH);
        }
        _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) x[i] = y[i];
    }
}

/// to[i·to_stride + j] = from[j·stride + i] · scale for i, j < LANES.
static void transpose_block(const float *from, long stride, float *to, long to_stride, float scale) {
    vf x[LANES];
    for (int j = 0; j < LANES; j++) x[j] = load(from + j * stride) * scale;
    transpose(x);
    for (int i = 0; i < LANES; i++) store(to + i * to_stride, x[i]);
}

/// to[i·ROWS + r] = from[r·stride + i] for r < ROWS and i < LANES. Writes up to LANES floats beyond the last.
static void transpose_rows(const float *from, long stride, float *to) {
    for (int group = 0; group < ROWS; group += LANES) {
        const int rows = ROWS - group < LANES ? ROWS - group : LANES;
        vf x[LANES];
        for (int r = 0; r < rows; r++) x[r] = load(from + (group + r) * stride);
        for (int r = rows; r < LANES; r++) x[r] = splat(0);
        transpose(x);
        for (int i = 0; i < LANES; i++) store(to + i * ROWS + group, x[i]);
    }
}

static void transpose_any(long m, long n, const float *s, long lds, float *t, long ldt) {
    long i = 0;
    for (; i + LANES <= m; i += LANES) {
        long j = 0;
        for (; j + LANES <= n; j += LANES) transpose_block(s + i * lds + j, lds, t + j * ldt + i, ldt, 1);
        for (; j < n; j++)
            for (long r = i; r < i + LANES; r++) t[j * ldt + r] = s[r * lds + j];
    }
    for (; i < m; i++)
        for (long j = 0; j < n; j++) t[j * ldt + i] = s[i * lds + j];
}
