// SPDX-License-Identifier: BSD-2-Clause
#include "fp_state.hpp"
#include "guest.hpp"
#include "hyp/hal/system_register.hpp"
#include "system_register.hpp"

using namespace guest;
using vms::FpState;

// The registers of floating point are this vCPU's own, whether it uses them between two exits or not. The
// variant makes its numbers differ from another guest's.

namespace {
constexpr std::uint64_t rounds = 12;

[[nodiscard]] auto current () -> FpState {
    FpState state;
    vms::fp_save (&state);
    return state;
}

[[nodiscard]] auto keeps (const FpState &expected, std::uint64_t round) -> bool {
    static_cast<void> (ask (round));
    if (round % 3 == 0) {
        static_cast<void> (ask (round));  // an exit and another without a use between
    }
    return current () == expected;
}
}  // namespace

void guest::run (const Start &start) {
    constexpr std::uint64_t nothing_traps = 3ULL << 20;
    el1::write<ravelin::hal::sysreg::cpacr_el1> (nothing_traps);

    check ("V0-V31, FPCR and FPSR start as zero", current () == FpState{});
    bool good = true;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const FpState state = FpState::of (start.variant * rounds + round);
        vms::fp_load (&state);
        good &= keeps (state, round);
        good &= keeps (state, round);
    }
    check ("they are the same after every exit", good);
}
