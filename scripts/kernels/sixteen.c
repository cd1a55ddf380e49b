// The kernels in the shape of AVX-512 (16 lanes, tiles of 14 rows) for machines without it.
#include "levels.h"
#define LANES 16
#define ROWS 14
#define LEVEL VK_AVX512
#define TABLE vk_sixteen
#include "lanes.inc.h"
#include "some.inc.h"
#include "transpose.inc.h"
#include "product.inc.h"
#include "rows.inc.h"
#include "table.inc.h"
