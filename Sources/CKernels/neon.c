// The kernels for NEON: 4 lanes, tiles of 8 rows by 8 columns (16 of the 32 registers hold sums).
#include "levels.h"
#if defined(__aarch64__)
#define LANES 4
#define ROWS 8
#define LEVEL VK_NEON
#define TABLE vk_neon
#include "lanes.inc.h"
#include "some.inc.h"
#include "transpose.inc.h"
#include "product.inc.h"
#include "rows.inc.h"
#include "table.inc.h"
#endif
