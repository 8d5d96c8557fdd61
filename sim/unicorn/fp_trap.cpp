// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/fp_trap.hpp"

#include "sim/unicorn/unicorn_error.hpp"

#include <utility>

namespace ravelin::sim {

auto FpTrap::traps (std::uint32_t instruction) -> bool {
    // Loads and stores with V, and data processing of floating point and vectors: op0 is x11x.
    const bool vector = (instruction >> 26 & 3) == 3;
    // MRS and MSR of FPCR and FPSR: all but the direction, op2 and the register are fixed.
    const bool control = (instruction & 0xffdf'ffc0) == 0xd51b'4400;
    return vector || control;
}

auto FpTrap::is_exclusive (std::uint32_t instruction) -> bool {
    return (instruction & 0x3f80'0000) == 0x0800'0000;
}

auto FpTrap::search_now (std::uint64_t block, std::uint64_t size) -> Found {
    if (searched_.find (block, size)) { return Found::none; }
    const auto found =
        code_.find (block, size, [this] (std::uint32_t each) { return (on_ && traps (each)) || faults (each); });
    if (!found) {
        searched_.add (block, size, false);
        return Found::none;
    }
    block_  = block;
    offset_ = *found;
    return offset_ == 0 ? Found::first : Found::inside;
}

void FpTrap::stop_inside (void (*callback) (uc_engine *, std::uint64_t, std::uint32_t, void *), void *user) {
    const std::uint64_t where = block_ + offset_;
    check (uc_hook_add (emulator_.handle (), &hook_, UC_HOOK_CODE, reinterpret_cast<void *> (callback), user, where,
                        where),
           "hooking a floating-point instruction");
    // What Unicorn has translated already calls no new hook.
    emulator_.forget_code (block_, offset_ + 4);
    waiting_ = true;
}

void FpTrap::come_back () {
    if (std::exchange (waiting_, false)) {
        check (uc_hook_del (emulator_.handle (), hook_), "unhooking a floating-point instruction");
        emulator_.forget_code (block_, offset_ + 4);
    }
}

}  // namespace ravelin::sim
