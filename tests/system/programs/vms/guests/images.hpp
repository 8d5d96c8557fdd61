// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "image.hpp"

// Of guests/NAME.cpp.
VMS_IMAGE (calls)
VMS_IMAGE (fp)
VMS_IMAGE (hidden)
VMS_IMAGE (memory)
VMS_IMAGE (mmio)
VMS_IMAGE (plain)
VMS_IMAGE (registers)
VMS_IMAGE (secret)
VMS_IMAGE (sharing)
VMS_IMAGE (smp)
VMS_IMAGE (spin)
VMS_IMAGE (stage1)
VMS_IMAGE (trips)
