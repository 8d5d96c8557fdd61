// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/bus.hpp"
#include "sim/machine/random.hpp"
#include "sim/models/mmu_access.hpp"
#include "sim/models/mmu_fault.hpp"
#include "sim/models/tlb.hpp"

#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// Translates what EL1 and EL0 access: both stages of VMSAv8-64 with the 4 KiB granule, over the tables in
/// the machine's RAM. Without a TLB each access walks.  [ARM DDI 0487, D8]
class Mmu {
  public:
    /// @param bus  has the RAM with the tables; outlives the MMU
    /// @param tlb  asked first, and filled; outlives the MMU. nullptr: none
    explicit Mmu (const Bus &bus, Tlb *tlb = nullptr) : bus_{bus}, tlb_{tlb} {}

    /// Where @p access goes, or the fault that the architecture has for it.
    [[nodiscard]] auto translate (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Translation>;

    /// PAR_EL1 after AT S1E1R: stage 1 alone, for a read from EL1.  [ARM DDI 0487, D17.2.111]
    [[nodiscard]] auto address_translation (const MmuRegisters &registers, Va va) const -> std::uint64_t;

    /// Fills the TLB with something that stage 2 allows and nobody has asked for, as speculation does. Its
    /// choice is @p random's.
    /// @return  what was found, if anything
    auto prefetch (const MmuRegisters &registers, Random &random) const -> std::optional<Translation>;

  private:
    /// What stage 1 makes of an address.
    struct Stage1 {
        Ipa ipa;
        bool device;
        bool cacheable;
        std::uint64_t leaf{};  // the descriptor, with what tables took from it; 0 if it's off
    };

    /// How stage 2 is asked: for an access, or for a descriptor that stage 1 walks over.
    struct Stage2Request {
        Ipa ipa;
        AccessKind kind;
        bool stage1_walk;
    };

    [[nodiscard]] auto both_stages (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Translation>;
    [[nodiscard]] auto stage1 (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Stage1>;
    [[nodiscard]] auto walk_stage1 (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Stage1>;
    [[nodiscard]] auto stage2 (const MmuRegisters &registers, const Stage2Request &request) const -> Mmued<Translation>;
    [[nodiscard]] auto find_leaf (const MmuRegisters &registers, Ipa ipa, MmuFault fault) const -> Mmued<Stage2Leaf>;
    [[nodiscard]] static auto by_leaf (const MmuRegisters &registers, const Stage2Request &request,
                                       const Stage2Leaf &leaf) -> Mmued<Translation>;
    [[nodiscard]] static auto stage1_permits (std::uint64_t leaf, const MmuAccess &access, std::uint64_t control)
        -> bool;
    [[nodiscard]] static auto check (const MmuAccess &access, Stage1 first, Translation second) -> Mmued<Translation>;
    [[nodiscard]] auto combined (const MmuRegisters &registers, const MmuAccess &access) const
        -> std::optional<Mmued<Translation>>;
    void remember (const MmuRegisters &registers, const MmuAccess &access, const Stage1 &first) const;
    [[nodiscard]] auto read_descriptor (Pa pa, MmuFault fault) const -> Mmued<std::uint64_t>;

    const Bus &bus_;
    Tlb *tlb_;
};

}  // namespace ravelin::sim
