#ifndef VIPSAM_KERNELS_H
#define VIPSAM_KERNELS_H
#endif
