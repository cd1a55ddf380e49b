#include "vipsam_plugin_stamp.h"
