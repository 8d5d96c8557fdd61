// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// Unicorn lacks some registers of a Cortex-A72 and makes them undefined instructions of EL1. Where EL2 traps
/// them, the trap comes first.
/// @param instruction  an instruction that is undefined to Unicorn
/// @return  ESR_EL2, if it's an MRS, MSR or SYS that HCR_EL2.TIDCP or MDCR_EL2.TDA, TDRA or TDOSA trap
///          [ARM DDI 0487, D17.2.48, D17.3.19]
[[nodiscard]] auto trapped_register (std::uint32_t instruction, std::uint64_t hcr, std::uint64_t mdcr)
    -> std::optional<std::uint64_t>;

}  // namespace ravelin::sim
