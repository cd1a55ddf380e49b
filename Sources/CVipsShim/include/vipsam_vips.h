#ifndef VIPSAM_VIPS_H
#define VIPSAM_VIPS_H
#endif
