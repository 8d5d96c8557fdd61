// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "vms/guests/image.hpp"

// Of guest.dts.
VMS_FILE (guest_tree)
