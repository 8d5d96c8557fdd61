// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "guests/image.hpp"

VMS_IMAGE (interrupts_guest)
VMS_IMAGE (spin)
VMS_IMAGE (storm)
VMS_IMAGE (wires)
