#include "vipsam_vips.h"
