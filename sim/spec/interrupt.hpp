// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

namespace ravelin::spec {

/// Kinds of INTIDs.  [IHI 0048B, 2.2.1]
inline constexpr std::uint32_t first_ppi     = 16;
inline constexpr std::uint32_t first_spi     = 32;
inline constexpr std::uint32_t first_special = 1020;

/// The wires of a vCPU's own timers.
inline constexpr std::uint32_t virtual_timer  = 27;
inline constexpr std::uint32_t physical_timer = 30;

/// One interrupt, as a distributor has it: of an SGI or PPI, each vCPU has one of its own.  [IHI 0048B, 4.3]
struct Interrupt {
    bool enabled{};
    bool group1{};
    std::uint8_t priority{};  // as GICD_IPRIORITYR has it: only the top five bits are there
    bool edge{};              // edge-triggered; else level-sensitive
    bool line{};              // the level of its wire
    bool rises{};             // its wire is a timer's that runs out during this step: it may be up already, or not yet
    bool latched{};           // an edge or a write made it pending, and nobody has acknowledged it since
    bool active{};
    std::uint8_t targets{};                    // of an SPI: a bit for each vCPU
    std::uint8_t sources{};                    // of an SGI: a bit for each vCPU from which it is pending
    std::uint8_t source{};                     // of an active SGI: the vCPU from which it came
    std::uint8_t taken_at{};                   // of an active one that was acknowledged: its priority then
    std::optional<std::uint64_t> active_on{};  // who acknowledged it; nothing: a write made it active

    // It came again while a list register held it, and was acknowledged then. Which was first EL2 can't know, so it
    // may find it pending, or not: the next list register tells. Of an SGI that's said of each vCPU from which it may
    // be pending.
    bool came_again{};
    bool pending_in_doubt{};
    std::uint8_t sources_in_doubt{};

    // It was deactivated in a way that is UNPREDICTABLE; or it was acknowledged or ended while a write of another vCPU,
    // which said whether it's active, was on its way: "in finite time", as the effect of any write to the distributor.
    bool active_in_doubt{};
    bool written_late{};

    // An SGI that a write made active while it was in doubt whether it was: it comes from `source` if it was, else from
    // 0.
    bool source_in_doubt{};

    /// It becomes pending. [4.3.7]
    void latch () { latched = true, pending_in_doubt = false; }

    /// It is acknowledged, or made not pending: its wire may still say otherwise.
    void unlatch () { latched = came_again = pending_in_doubt = false; }

    /// A write makes it active. [4.3.9]
    void activate () {
        if (!active) { source = 0; }
        if (active_in_doubt) { nobody_took (), source_in_doubt = true; }
        active          = true;
        active_in_doubt = false;
    }

    /// Its guest ends it.
    void end () {
        if (written_late) {
            active_in_doubt = true;
        } else {
            deactivate ();
        }
    }

    /// It isn't active any more.
    void deactivate () {
        active = active_in_doubt = source_in_doubt = false;
        nobody_took ();
    }

    /// No CPU interface has acknowledged it, as far as that can be told.
    void nobody_took () {
        active_on.reset ();
        taken_at = 0;
    }

    /// Whether an active SGI may have come from vCPU @p sender.
    [[nodiscard]] auto may_come_from (std::uint8_t sender) const -> bool {
        return sender == source || (source_in_doubt && sender == 0);
    }

    /// Whether it may be pending, or not; or be so from another vCPU too.
    [[nodiscard]] auto may_be_pending () const -> bool { return pending_in_doubt || sources_in_doubt != 0; }

    [[nodiscard]] auto pending () const -> bool { return latched || sources != 0 || (line && !edge); }

    /// Whether the distributor has to remember something of it.
    [[nodiscard]] auto busy () const -> bool {
        return pending () || rises || active || may_be_pending () || active_in_doubt;
    }

    auto operator== (const Interrupt &) const -> bool = default;
};

}  // namespace ravelin::spec
