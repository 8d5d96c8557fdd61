// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/models/gic400_cpu_state.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ravelin::sim {

/// How software sees a GIC-400.
enum class GicSecurity : std::uint8_t {
    absent,      // built without the security extension, as QEMU's raspi4b and virt are: both groups are
                 // software's
    non_secure,  // seen from the non-secure side, as on a Pi 4B whose firmware put all interrupts in group 1
};

/// One interrupt: an SGI or PPI of one CPU, or an SPI.  [IHI 0048B, 3.2]
struct GicInterrupt {
    bool enabled{};
    bool latched{};  // pending by an edge or a write
    bool line{};     // the wire's level
    bool edge{};     // edge-triggered
    bool active{};
    std::uint8_t group{};        // 0 or 1
    std::uint8_t priority{};     // as secure software sees it
    std::uint8_t targets{};      // SPI: a bit a CPU
    std::uint8_t sgi_sources{};  // SGI: a bit for each CPU that sent it

    /// A level-sensitive interrupt is pending for as long as its wire says so.
    [[nodiscard]] auto pending () const -> bool { return latched || sgi_sources != 0 || (line && !edge); }
};

/// What all registers of the controller are views of.
class GicState {
  public:
    static constexpr std::uint32_t sgis           = 16;    // INTIDs below are software-generated
    static constexpr std::uint32_t privates       = 32;    // INTIDs below exist once per CPU
    static constexpr std::uint32_t special_intids = 1020;  // INTIDs from here on are no interrupts

    GicState (std::uint32_t cpus, std::uint32_t intids, GicSecurity security);

    [[nodiscard]] auto cpus () const -> std::uint32_t { return static_cast<std::uint32_t> (cpu_.size ()); }
    [[nodiscard]] auto intids () const -> std::uint32_t { return intids_; }
    [[nodiscard]] auto security () const -> GicSecurity { return security_; }

    /// Interrupt @p intid as @p cpu sees it; nothing if there is none.
    [[nodiscard]] auto interrupt (CpuIndex cpu, std::uint32_t intid) -> GicInterrupt *;
    [[nodiscard]] auto cpu (CpuIndex cpu) -> GicCpuState & { return cpu_[cpu.value ()]; }
    [[nodiscard]] auto cpu (CpuIndex cpu) const -> const GicCpuState & { return cpu_[cpu.value ()]; }

    /// GICD_CTLR, as a GIC without the security extension has it.
    [[nodiscard]] auto control () -> std::uint32_t & { return control_; }

    void set_line (CpuIndex cpu, std::uint32_t intid, bool level);

    /// Interrupt @p intid as @p cpu sees it, if there is one, is no longer active.
    void deactivate (CpuIndex cpu, std::uint32_t intid);

    /// The interrupt that @p cpu would take first, if its mask allows any.
    [[nodiscard]] auto highest_pending (CpuIndex cpu) -> std::optional<std::uint32_t> { return signal (cpu).best; }

    /// What @p cpu's interface asserts.
    [[nodiscard]] auto output (CpuIndex cpu) -> GicOutput { return signal (cpu).output; }

    /// Something has been written that outputs depend on; or nothing but interrupt @p intid as @p cpu sees it.
    void changed ();
    void changed (CpuIndex cpu, std::uint32_t intid);

  private:
    /// What follows from all of the state for one CPU. It's asked for far more often than it changes; and when
    /// it does, it's mostly because of a private interrupt.
    struct Signal {
        std::optional<std::uint32_t> best;
        std::optional<std::uint32_t> best_shared;  // the best if there were no private ones
        GicOutput output{};
        bool fresh{};
        bool shared_fresh{};
    };

    [[nodiscard]] auto signal (CpuIndex cpu) -> const Signal & {
        Signal &found = signals_[cpu.value ()];
        if (!found.fresh) [[unlikely]] { refresh (found, cpu); }
        return found;
    }
    void refresh (Signal &signal, CpuIndex cpu);
    [[nodiscard]] auto find_best (CpuIndex cpu, std::uint32_t first, std::uint32_t end) -> std::optional<std::uint32_t>;

    std::uint32_t intids_;
    GicSecurity security_;
    std::uint32_t control_{};
    std::vector<GicCpuState> cpu_;
    std::vector<GicInterrupt> private_;  // 32 for each CPU
    std::vector<GicInterrupt> shared_;
    std::array<Signal, max_cpus> signals_{};
};

}  // namespace ravelin::sim
