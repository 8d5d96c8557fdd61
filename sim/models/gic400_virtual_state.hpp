// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"
#include "hyp/core/cpu_index.hpp"
#include "sim/models/gic400_cpu_state.hpp"
#include "sim/models/gic400_list_register.hpp"
#include "sim/models/gic400_state.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ravelin::sim {

/// GICH_HCR.  [IHI 0048B, 5.3.1]
namespace gich_hcr {
inline constexpr Bits32 enable{0, 0};                // En
inline constexpr Bits32 underflow{1, 1};             // UIE
inline constexpr Bits32 entry_not_present{2, 2};     // LRENPIE
inline constexpr Bits32 no_pending{3, 3};            // NPIE
inline constexpr Bits32 group0_enabled{4, 4};        // VGrp0EIE
inline constexpr Bits32 group0_disabled{5, 5};       // VGrp0DIE
inline constexpr Bits32 group1_enabled{6, 6};        // VGrp1EIE
inline constexpr Bits32 group1_disabled{7, 7};       // VGrp1DIE
inline constexpr Bits32 ends_without_entry{31, 27};  // EOICount
inline constexpr std::uint32_t bits = 0xff | ends_without_entry.mask ();
}  // namespace gich_hcr

/// The virtual interface of one CPU.
struct GicVirtualCpu {
    static constexpr std::size_t list_registers = 4;

    std::uint32_t hypervisor_control{};  // GICH_HCR
    GicCpuState interface{};             // GICV's registers, and GICH_VMCR and GICH_APR, which are views of them
    std::array<GicListRegister, list_registers> list{};
};

/// What GICH and GICV are views of: an interrupt controller for the guest that runs on each CPU.  [IHI 0048B, 5]
class GicVirtualState {
  public:
    static constexpr std::uint32_t maintenance_intid = 25;  // PPI of the maintenance interrupt  [DDI 0471B, 2.3.2]

    /// @param physical  outlives this
    explicit GicVirtualState (GicState &physical) : physical_{physical}, cpu_ (physical.cpus ()) {}

    [[nodiscard]] auto cpus () const -> std::uint32_t { return static_cast<std::uint32_t> (cpu_.size ()); }

    /// Registers of @p cpu; who changes them calls changed().
    [[nodiscard]] auto cpu (CpuIndex cpu) -> GicVirtualCpu & { return cpu_[cpu.value ()]; }
    [[nodiscard]] auto cpu (CpuIndex cpu) const -> const GicVirtualCpu & { return cpu_[cpu.value ()]; }

    /// What the virtual interface of @p cpu asserts.
    [[nodiscard]] auto output (CpuIndex cpu) const -> GicOutput { return output_[cpu.value ()]; }

    /// The list register whose pending interrupt the guest on @p cpu would take first, if its mask allows any.
    [[nodiscard]] auto highest_pending (CpuIndex cpu) const -> std::optional<std::size_t>;

    /// A write of GICV_EOIR, and of GICV_DIR. The guest may write what it likes.  [5.5.5, 5.5.14]
    void end (CpuIndex cpu, std::uint32_t intid);
    void deactivate (CpuIndex cpu, std::uint32_t intid);

    /// GICH_MISR, GICH_EISR0, GICH_ELRSR0.  [5.3.4 to 5.3.6]
    [[nodiscard]] auto maintenance_status (CpuIndex cpu) const -> std::uint32_t;
    [[nodiscard]] auto ended (CpuIndex cpu) const -> std::uint32_t;
    [[nodiscard]] auto empty (CpuIndex cpu) const -> std::uint32_t;

    /// Registers of @p cpu have changed: what they assert may have, too.
    void changed (CpuIndex cpu);

    /// All registers. For who steps back, between traps, together with the physical state.
    [[nodiscard]] auto keep () const -> const std::vector<GicVirtualCpu> & { return cpu_; }
    void put_back (const std::vector<GicVirtualCpu> &kept);

  private:
    [[nodiscard]] auto find_output (CpuIndex cpu) const -> GicOutput;
    [[nodiscard]] auto deactivate_listed (GicVirtualCpu &virtual_cpu, CpuIndex cpu, std::uint32_t intid) -> bool;

    GicState &physical_;
    std::vector<GicVirtualCpu> cpu_;
    std::array<GicOutput, max_cpus> output_{};
};

}  // namespace ravelin::sim
