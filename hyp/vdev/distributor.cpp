// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vdev/distributor.hpp"

#include <bit>

namespace ravelin {

void Distributor::begin (std::uint32_t count, std::uint32_t vcpus_there) {
    banks      = count;
    vcpu_limit = vcpus_there;
    for (auto &vcpu : vcpus) {
        vcpu.own.enabled = (1U << sgis) - 1;
        vcpu.own.edge    = (1U << sgis) - 1;
    }
    // There is nowhere else to go.
    for (auto &bank : shared) {
        bank.by_vcpu[0] = vcpus_there == 1 ? ~0U : 0;
    }
}

auto Distributor::has_work (unsigned vcpu) -> bool {
    if (deliverable (vcpus[vcpu].own) != 0) { return true; }
    for (auto left = busy; left != 0; left &= left - 1) {
        const auto &bank = shared[static_cast<unsigned> (std::countr_zero (left)) - 1];
        if (((deliverable (bank) | strays (bank)) & bank.by_vcpu[vcpu]) != 0) { return true; }
    }
    return false;
}

auto Distributor::strays (const InterruptBank &bank) -> std::uint32_t {
    std::uint32_t found = 0;
    for (auto left = bank.listed & ~bank.active; left != 0; left &= left - 1) {
        const auto i = static_cast<unsigned> (std::countr_zero (left));
        if ((bank.by_vcpu[bank.about[i] & InterruptBank::vcpu] >> i & 1) == 0) { found |= 1U << i; }
    }
    return found;
}

auto Distributor::set_line (std::uint32_t intid, bool level) -> std::uint32_t {
    auto &bank       = shared[intid / banked - 1];
    const auto which = 1U << intid % banked;
    if (level) {
        bank.latched |= which & bank.edge & ~bank.line;
        bank.line |= which;
        busy |= 1U << intid / banked;
    } else {
        bank.line &= ~which;
    }
    return concerned (bank, which);
}

auto Distributor::concerned (const InterruptBank &bank, std::uint32_t which) const -> std::uint32_t {
    const auto matter = which & (deliverable (bank) | bank.listed);
    std::uint32_t all = 0;
    for (unsigned vcpu = 0; matter != 0 && vcpu < bank.by_vcpu.size (); ++vcpu) {
        all |= (bank.by_vcpu[vcpu] & matter) != 0 ? 1U << vcpu : 0;
    }
    // Also those that have it, wherever it goes by now.
    for (auto left = matter & bank.listed; left != 0; left &= left - 1) {
        all |= 1U << (bank.about[static_cast<unsigned> (std::countr_zero (left))] & InterruptBank::vcpu);
    }
    return all;
}

}  // namespace ravelin
