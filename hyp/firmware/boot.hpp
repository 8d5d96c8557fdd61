// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/firmware/manifest.hpp"
#include "hyp/firmware/memory.hpp"
#include "hyp/firmware/refusal.hpp"

namespace ravelin::firmware {

/// What the firmware leaves behind: a kernel to enter as the arm64 boot protocol asks.
struct Kernel {
    SignedImage image;  // all of it verified
    IpaRange tree;      // the device tree that was written for it
};

/// Verifies the file in which the firmware is, and writes the kernel's device tree into it. Of RAM, nothing but that
/// room is written. Promise 3 (boot).
/// @param self        where the firmware is
/// @param parameters  what Ravelin says of the VM
[[nodiscard]] auto boot (Memory &memory, Ipa self, const ravelin_boot_parameters &parameters, const Trust &trust)
    -> Verified<Kernel>;

}  // namespace ravelin::firmware
