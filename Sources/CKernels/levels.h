// The table of each level, defined in the file of that level.
#ifndef VIPSAM_LEVELS_H
#define VIPSAM_LEVELS_H
#include "vipsam_kernels.h"

extern const vk_kernels vk_scalar, vk_neon, vk_avx2, vk_avx512;
extern const vk_bytes_kernels vk_bytes_scalar, vk_bytes_avx2, vk_bytes_vnni;

/// The scalar form of an activation.
float vk_activate(float x, enum vk_activation activation);

#endif
