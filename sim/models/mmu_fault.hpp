// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/models/mmu_access.hpp"

#include <cstdint>
#include <expected>

namespace ravelin::sim {

/// What is wrong with an access. The values are those of DFSC and IFSC; the first five are for level 0.
/// [ARM DDI 0487, D17.2.37]
enum class FaultType : std::uint8_t {
    address_size          = 0b00'0000,
    translation           = 0b00'0100,
    access_flag           = 0b00'1000,
    permission            = 0b00'1100,
    external_on_walk      = 0b01'0100,
    external              = 0b01'0000,
    alignment             = 0b10'0001,
    unsupported_exclusive = 0b11'0101,
};

/// An access that failed.
struct MmuFault {
    FaultType type;
    unsigned level{};       // of the walk, for the types that have one
    bool second_stage{};    // for EL2
    bool on_stage1_walk{};  // stage 2 refused the walk of stage 1, not the access itself
    Ipa ipa{};              // second stage: what was to be translated

    /// DFSC or IFSC.
    [[nodiscard]] auto status () const -> std::uint64_t;

    /// HPFAR_EL2 is valid for this fault: it's UNKNOWN where only the permission was missing.  [D17.2.61]
    [[nodiscard]] auto tells_ipa () const -> bool;
};

template <class T>
using Mmued = std::expected<T, MmuFault>;

/// How the instruction moved its data, if it was one that a hypervisor could emulate.
struct Transfer {
    unsigned number;  // of the register
    bool wide;        // X, not W
};

/// ESR_EL2 of @p fault, which is of the second stage.
[[nodiscard]] auto el2_syndrome (const MmuAccess &access, const MmuFault &fault, Transfer transfer) -> std::uint64_t;

/// ESR_EL1 of @p fault, which is of the first stage.
[[nodiscard]] auto el1_syndrome (const MmuAccess &access, const MmuFault &fault) -> std::uint64_t;

}  // namespace ravelin::sim
