// The table of each level, defined in the file of that level.
#ifndef VIPSAM_LEVELS_H
#define VIPSAM_LEVELS_H
#include "vipsam_kernels.h"

extern const vk_kernels vk_scalar, vk_neon, vk_avx2, vk_avx512;

#endif
