// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "sim/spec/interrupt.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <vector>

namespace ravelin::spec {

/// A VM's interrupt controller: where it is, and the state of its distributor.
struct Gic {
    /// @param intids  a multiple of 32
    /// @param vcpus   that the VM may have
    Gic (std::uint64_t gicd, std::uint64_t gicc, std::uint32_t count, std::uint64_t most_vcpus);

    std::uint64_t distributor;    // IPA of GICD
    std::uint64_t cpu_interface;  // IPA of GICC
    std::uint32_t intids;
    std::uint64_t vcpus;
    std::uint32_t control{};  // GICD_CTLR: EnableGrp0, EnableGrp1
    bool seen_by_host{};      // GIC_GET or GIC_SET has reached it

    /// Whether there is an interrupt of that number.
    [[nodiscard]] auto has (std::uint64_t intid) const -> bool { return intid < intids && intid < first_special; }

    /// Interrupt @p intid, which there is, as vCPU @p vcpu has it.
    [[nodiscard]] auto at (std::uint64_t vcpu, std::uint32_t intid) const -> const Interrupt & {
        return intid < first_spi ? banked_.at (vcpu)[intid] : shared_[intid - first_spi];
    }

    /// Lets @p edit (interrupt) change it.
    template <class Edit>
    void change (std::uint64_t vcpu, std::uint32_t intid, Edit edit) {
        Interrupt &interrupt = intid < first_spi ? banked_.at (vcpu)[intid] : shared_[intid - first_spi];
        edit (interrupt);
        note (vcpu, intid, interrupt.busy ());
    }

    /// Whether a vCPU can be sent an interrupt: it is pending and enabled, its group is, and it isn't active.
    [[nodiscard]] auto deliverable (const Interrupt &interrupt) const -> bool {
        const bool group = (control >> (interrupt.group1 ? 1 : 0) & 1) != 0;
        return interrupt.pending () && interrupt.enabled && group && !interrupt.active;
    }

    /// The vCPUs to which an SPI goes. If there may be only one, that's where everything goes.
    [[nodiscard]] auto targets (const Interrupt &interrupt) const -> unsigned {
        return vcpus == 1 ? 1U : interrupt.targets;
    }

    /// Whether an interrupt may go to vCPU @p vcpu.
    [[nodiscard]] auto reaches (std::uint64_t vcpu, std::uint32_t intid) const -> bool {
        return intid < first_spi || (targets (at (vcpu, intid)) >> vcpu & 1) != 0;
    }

    /// Calls @p visit (intid, interrupt) for each interrupt of vCPU @p vcpu, and each shared one, that is
    /// pending, active or in doubt.
    template <class Visit>
    void for_each_busy (std::uint64_t vcpu, Visit visit) const {
        for_each_bit (busy_banked_.at (vcpu), 0, [&] (std::uint32_t intid) { visit (intid, at (vcpu, intid)); });
        for_each_busy_spi (visit);
    }

    template <class Visit>
    void for_each_busy_spi (Visit visit) const {
        for (std::uint32_t word = 0; word < busy_.size (); ++word) {
            for_each_bit (busy_[word], word * 32, [&] (std::uint32_t intid) { visit (intid, at (0, intid)); });
        }
    }

    auto operator== (const Gic &) const -> bool = default;

  private:
    template <class Visit>
    static void for_each_bit (std::uint32_t bits, std::uint32_t first, Visit visit) {
        for (; bits != 0; bits &= bits - 1) {
            visit (first + static_cast<std::uint32_t> (std::countr_zero (bits)));
        }
    }

    void note (std::uint64_t vcpu, std::uint32_t intid, bool busy);

    std::array<std::array<Interrupt, first_spi>, RAVELIN_MAX_VCPUS> banked_{};
    std::vector<Interrupt> shared_;

    // Which of them are busy(), so that nobody needs to look at all: a bit for each.
    std::array<std::uint32_t, RAVELIN_MAX_VCPUS> busy_banked_{};
    std::array<std::uint32_t, RAVELIN_MAX_INTIDS / 32> busy_{};
};

}  // namespace ravelin::spec
