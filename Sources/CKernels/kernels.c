#include "vipsam_kernels.h"
