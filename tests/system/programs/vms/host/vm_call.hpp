// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"

#include <cstdint>

namespace vms {

/// What a call of hyp/abi/vm_calls.h returned.
struct Result {
    std::int64_t status;
    std::uint64_t value;  // X1
};

/// Makes a call of hyp/abi/vm_calls.h.
inline auto vm_call (std::uint64_t function, std::uint64_t a1 = 0, std::uint64_t a2 = 0, std::uint64_t a3 = 0,
                     std::uint64_t a4 = 0, std::uint64_t a5 = 0, std::uint64_t a6 = 0) -> Result {
    register std::uint64_t x0 asm ("x0") = function;
    register std::uint64_t x1 asm ("x1") = a1;
    register std::uint64_t x2 asm ("x2") = a2;
    register std::uint64_t x3 asm ("x3") = a3;
    register std::uint64_t x4 asm ("x4") = a4;
    register std::uint64_t x5 asm ("x5") = a5;
    register std::uint64_t x6 asm ("x6") = a6;
    asm volatile ("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6)::"memory");
    return {static_cast<std::int64_t> (x0), x1};
}

/// Why a vCPU stopped: RAVELIN_EXIT_*, and what is said of it, if the status is RAVELIN_SUCCESS.
struct Exit {
    std::int64_t status;
    std::uint64_t cause;
    std::uint64_t x2;
    std::uint64_t x3;
    std::uint64_t x4;

    /// Whether what needs a page, of a plain VM, is a store.
    [[nodiscard]] auto is_write () const -> bool { return (x3 & RAVELIN_MMIO_WRITE) != 0; }
};

/// Runs vCPU @p number of the VM on this CPU. @p loaded is what a load reads that was its last exit, @p done is
/// RAVELIN_RUN_DONE or 0. The compiler is told that nothing but X0-X4 changes.
inline auto vcpu_run (std::uint64_t handle, std::uint64_t number, std::uint64_t loaded = 0, std::uint64_t done = 0)
    -> Exit {
    register std::uint64_t x0 asm ("x0") = RAVELIN_VCPU_RUN;
    register std::uint64_t x1 asm ("x1") = handle;
    register std::uint64_t x2 asm ("x2") = number;
    register std::uint64_t x3 asm ("x3") = loaded;
    register std::uint64_t x4 asm ("x4") = done;
    asm volatile ("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4)::"memory");
    return {static_cast<std::int64_t> (x0), x1, x2, x3, x4};
}

}  // namespace vms
