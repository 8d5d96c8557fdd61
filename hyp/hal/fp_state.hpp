// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

namespace ravelin::hal {

/// V0 to V31, each as a low and a high half. FPCR and FPSR are system registers.  [ARM DDI 0487, B1.2.1]
struct alignas (16) FpState {
    std::array<std::uint64_t, 64> halves;
};

static_assert (sizeof (FpState) == 512, "saved and restored by offset");

}  // namespace ravelin::hal
