// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/dev/kicks.hpp"

namespace ravelin {

void Kicks::begin (hal::Cpu &cpu, const Gic &gic) {
    Target &target = self (cpu);
    if (target.mask.load_acquire () == 0) { target.mask.store_release (gic.own_mask (cpu)); }
    target.state.store_release (State::inside);
}

void Kicks::withdraw (hal::Cpu &cpu, const Gic &gic, State then) {
    auto &state = self (cpu).state;
    while (state.load_acquire () == State::sending) {
        cpu.relax ();
    }
    gic.withdraw_kick (cpu);
    state.store_release (then);
}

void Kicks::end (hal::Cpu &cpu, const Gic &gic) {
    if (!self (cpu).state.exchange (State::inside, State::outside)) [[unlikely]] {
        withdraw (cpu, gic, State::outside);
    }
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
    withdraw (cpu, gic, State::inside);
}

}  // namespace ravelin
