// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/dev/kicks.hpp"

namespace ravelin {

void Kicks::begin (hal::Cpu &cpu, const Gic &gic) {
    Target &target = self (cpu);
    if (target.mask.load_acquire () == 0) { target.mask.store_release (gic.own_mask (cpu)); }
    target.state.store_release (State::inside);
}

auto Kicks::settled (hal::Cpu &cpu) -> State {
    auto state = self (cpu).state.load_acquire ();
    while (state == State::sending) {
        cpu.relax ();
        state = self (cpu).state.load_acquire ();
    }
    return state;
}

void Kicks::end (hal::Cpu &cpu, const Gic &gic) {
    auto &state = self (cpu).state;
    if (state.exchange (State::inside, State::outside)) [[likely]] { return; }
    static_cast<void> (settled (cpu));
    gic.withdraw_kick (cpu);
    state.store_release (State::outside);
}

void Kicks::send (hal::Cpu &cpu, const Gic &gic, CpuIndex target) {
    auto &[state, mask] = targets_[target.value ()];
    if (state.exchange (State::inside, State::sending)) {
        gic.wake (cpu, mask.load_acquire ());
        // Before the other may think that there's nothing to withdraw.
        cpu.dsb<hal::Dsb::sy> ();
        state.store_release (State::sent);
    }
}

void Kicks::take (hal::Cpu &cpu, const Gic &gic) {
    static_cast<void> (settled (cpu));
    gic.withdraw_kick (cpu);
    self (cpu).state.store_release (State::inside);
}

}  // namespace ravelin
