// What the shim's files share. Not seen by Swift.
#ifndef VIPSAM_SHIM_PRIVATE_H
#define VIPSAM_SHIM_PRIVATE_H

#include "vipsam_vips.h"
#include <vips/vips.h>

static inline VipsImage *vipsam_in(vipsam_image *image) { return (VipsImage *)image; }
static inline vipsam_image *vipsam_out(VipsImage *image) { return (vipsam_image *)image; }

/// The kind of an argument, from its GParamSpec.
int vipsam_kind_of(GParamSpec *pspec);

struct vipsam_call {
    VipsOperation *operation;
};

#endif
