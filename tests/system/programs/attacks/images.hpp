// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "vms/guests/image.hpp"

VMS_FILE (hostile_tree)             // of hostile.dts
VMS_IMAGE (victim)                  // does what the host orders
VMS_IMAGE (witness_with_initramfs)  // says what it has been given
VMS_IMAGE (witness_of_others)       // signed by a key that nobody trusts
VMS_IMAGE (witness_of_the_past)     // of an older generation
