// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/bus.hpp"
#include "sim/models/mmu_access.hpp"
#include "sim/models/mmu_fault.hpp"

#include <cstdint>

namespace ravelin::sim
{

/// Translates what EL1 and EL0 access: both stages of VMSAv8-64 with the 4 KiB granule, over the tables in
/// the machine's RAM. It keeps nothing: each access walks.  [ARM DDI 0487, D8]
class Mmu
{
  public:
    /// @param bus  has the RAM with the tables; outlives the MMU
    explicit Mmu (const Bus &bus) : bus_{bus} {}

    /// Where @p access goes, or the fault that the architecture has for it.
    [[nodiscard]] auto translate (const MmuRegisters &registers, const MmuAccess &access) const
        -> Mmued<Translation>;

  private:
    /// What stage 1 makes of an address.
    struct Stage1
    {
        Ipa ipa;
        bool device;
    };

    /// How stage 2 is asked: for an access, or for a descriptor that stage 1 walks over.
    struct Stage2Request
    {
        Ipa ipa;
        AccessKind kind;
        bool stage1_walk;
    };

    [[nodiscard]] auto stage1 (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Stage1>;
    [[nodiscard]] auto walk_stage1 (const MmuRegisters &registers, const MmuAccess &access) const
        -> Mmued<Stage1>;
    [[nodiscard]] auto stage2 (const MmuRegisters &registers, const Stage2Request &request) const
        -> Mmued<Translation>;
    [[nodiscard]] auto read_descriptor (Pa pa, MmuFault fault) const -> Mmued<std::uint64_t>;

    const Bus &bus_;
};

}  // namespace ravelin::sim
