// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>

namespace ravelin::sim {

/// A TLBI instruction of EL2, as the CPU executes it.  [ARM DDI 0487, C5.5]
struct TlbInvalidation {
    enum class Kind : std::uint8_t {
        alle1,         // this CPU, all VMIDs
        vmalle1,       // this CPU, VMID of VTTBR_EL2: stage 1 and combined entries
        ipas2e1is,     // all CPUs, VMID of VTTBR_EL2: stage 2 entries of one IPA
        vmalle1is,     // all CPUs, VMID of VTTBR_EL2: stage 1 and combined entries
        vmalls12e1is,  // all CPUs, VMID of VTTBR_EL2: everything
    };

    Kind kind{};
    std::uint64_t vttbr{};  // of the CPU that executes it
    Ipa ipa{};              // of ipas2e1is

    /// Whether other CPUs obey it too.
    [[nodiscard]] auto is_broadcast () const -> bool { return kind != Kind::alle1 && kind != Kind::vmalle1; }
};

}  // namespace ravelin::sim
