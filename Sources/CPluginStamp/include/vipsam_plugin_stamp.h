/// The handshake of a plugin: which kit it was written for, and which toolchain compiled it.
///
/// Swift has no stable ABI on Linux, so before any Swift value crosses, the host compares this
/// text, which is compiled into the plugin by the plugin's own toolchain (a `static inline`
/// function of a header), with its own. `__clang_version__` holds the toolchain's exact commit.
#ifndef VIPSAM_PLUGIN_STAMP_H
#define VIPSAM_PLUGIN_STAMP_H

/// Raised by one whenever a public declaration of VipsamKit changes its meaning or its layout.
#define VIPSAM_KIT_NUMBER 1

#define VIPSAM_STAMP_TEXT_2(number) "vipsam-kit " #number "; " __clang_version__
#define VIPSAM_STAMP_TEXT(number) VIPSAM_STAMP_TEXT_2(number)

/// `vipsam-kit NUMBER; TOOLCHAIN`, a constant of whoever includes this header. Never null.
static inline const char *_Nonnull vipsam_plugin_stamp_text(void) {
    return VIPSAM_STAMP_TEXT(VIPSAM_KIT_NUMBER);
}

#endif
