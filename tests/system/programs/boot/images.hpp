// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "vms/guests/image.hpp"

VMS_FILE (guest_tree)   // of guest.dts
VMS_IMAGE (boot)        // a guest with a small initramfs
VMS_IMAGE (boot_large)  // and with a large one
