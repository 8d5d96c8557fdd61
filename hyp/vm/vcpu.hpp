// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "hyp/core/registers.hpp"
#include "hyp/vm/el1_context.hpp"

#include <cstdint>

namespace ravelin {

/// A load outside RAM that the host is to complete.
struct PendingLoad {
    bool expected;
    bool sign_extends;
    bool wide;            // into an X register
    std::uint8_t number;  // of the register
    std::uint8_t size;    // bytes
};

/// A virtual CPU, in a page of its own that its VM owns. Promise 2 (registers): nobody but the CPU that runs
/// it, or the host by VCPU_GET and VCPU_SET of a plain VM, touches it.
struct Vcpu {
    alignas (16) Registers registers;
    std::uint64_t pc;
    std::uint64_t pstate;
    El1Registers el1;
    Stage1Control stage1;
    std::uint64_t mdscr;          // kept for the guest, without effect: debugging is hidden
    std::uint64_t timer_compare;  // CNTV_CVAL_EL0
    std::uint64_t timer_control;  // CNTV_CTL_EL0
    FpRegisters fp;
    PendingLoad load;
    hal::Shared<std::uint32_t> running;  // 1 while a CPU has it

    std::uint32_t number;
};

static_assert (sizeof (Vcpu) <= RAVELIN_VCPU_PAGES * RAVELIN_PAGE_SIZE);

}  // namespace ravelin
