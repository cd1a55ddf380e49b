// Which levels this machine has.
#include <stddef.h>
#include "levels.h"

static int present(enum vk_level level) {
    switch (level) {
    case VK_SCALAR: return 1;
#if defined(__x86_64__)
    case VK_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case VK_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
#endif
#if defined(__aarch64__)
    case VK_NEON: return 1;
#endif
    default: return 0;
    }
}

const vk_kernels *vk_table(enum vk_level level) {
    if (!present(level)) return NULL;
    switch (level) {
#if defined(__x86_64__)
    case VK_AVX2: return &vk_avx2;
    case VK_AVX512: return &vk_avx512;
#endif
#if defined(__aarch64__)
    case VK_NEON: return &vk_neon;
#endif
    default: return &vk_scalar;
    }
}

enum vk_level vk_best(void) {
    for (int level = VK_AVX512; level > VK_SCALAR; level--)
        if (present((enum vk_level)level)) return (enum vk_level)level;
    return VK_SCALAR;
}

static int bytes_present(enum vk_bytes_level level) {
#if defined(__x86_64__)
    if (level == VK_BYTES_AVX2) return present(VK_AVX2);
    if (level == VK_BYTES_VNNI) return present(VK_AVX512) && __builtin_cpu_supports("avx512bw") &&
                                        __builtin_cpu_supports("avx512vnni");
#endif
    return level == VK_BYTES_SCALAR;
}

const vk_bytes_kernels *vk_bytes_table(enum vk_bytes_level level) {
    if (!bytes_present(level)) return NULL;
    switch (level) {
#if defined(__x86_64__)
    case VK_BYTES_AVX2: return &vk_bytes_avx2;
    case VK_BYTES_VNNI: return &vk_bytes_vnni;
#endif
    default: return &vk_bytes_scalar;
    }
}

enum vk_bytes_level vk_bytes_best(void) {
    for (int level = VK_BYTES_VNNI; level > VK_BYTES_SCALAR; level--)
        if (bytes_present((enum vk_bytes_level)level)) return (enum vk_bytes_level)level;
    return VK_BYTES_SCALAR;
}
