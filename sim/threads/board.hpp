// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "hyp/hal/concept.hpp"
#include "sim/machine/board_map.hpp"
#include "sim/machine/bus.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/el2_memory.hpp"
#include "sim/models/firmware.hpp"
#include "sim/models/generic_timer.hpp"
#include "sim/models/gic400.hpp"
#include "sim/models/pl011.hpp"
#include "sim/threads/baton.hpp"
#include "sim/threads/unseen.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ravelin::sim::threads {

/// What CPUs on threads have in common: a board with its RAM, GIC, timers, UART and firmware. One CPU at a time is in
/// here, and ThreadSanitizer sees none of it.
class Board {
  public:
    /// With RAM of @p memory bytes, in which Ravelin's image and a device tree are.
    Board (BoardName name, std::uint32_t cpus, std::uint64_t memory);

    [[nodiscard]] auto map () const -> const BoardMap & { return map_; }
    [[nodiscard]] auto cpus () const -> std::uint32_t { return cpus_; }

    /// X0 at reset.
    [[nodiscard]] auto device_tree () const -> Pa { return device_tree_; }

    /// RAM, as EL2 reaches it; what is reached is decided while one CPU boots.
    [[nodiscard]] auto memory () -> El2Memory & { return memory_; }

    // Registers of devices.
    [[nodiscard]] auto read (CpuIndex cpu, Pa pa) -> std::uint32_t;
    void write (CpuIndex cpu, Pa pa, std::uint32_t value);

    /// The same at EL1, of the virtual interface: GICV, at @p offset.
    [[nodiscard]] auto read_virtual (CpuIndex cpu, std::uint64_t offset) -> std::uint32_t;
    void write_virtual (CpuIndex cpu, std::uint64_t offset, std::uint32_t value);

    // The timers of a CPU, and the count, which goes on for who looks at it.
    [[nodiscard]] auto count () -> Ticks;
    [[nodiscard]] auto control (CpuIndex cpu, GenericTimer::Which which) -> std::uint64_t;
    void set_control (CpuIndex cpu, GenericTimer::Which which, std::uint64_t value);
    void set_compare_value (CpuIndex cpu, GenericTimer::Which which, Ticks value);
    void set_virtual_offset (CpuIndex cpu, Ticks offset);

    /// Whether an interrupt is pending for @p cpu.
    [[nodiscard]] auto is_woken (CpuIndex cpu) -> bool;

    // See Firmware.
    [[nodiscard]] auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters;
    void send_event ();
    void clean (PaRange range);
    [[nodiscard]] auto take_start (CpuIndex cpu) -> bool;

    /// CPUs take turns as @p seed decides, and don't go on at the same time; before their threads begin.
    void take_turns (std::uint64_t seed) { baton_.emplace (cpus_, seed); }
    [[nodiscard]] auto takes_turns () const -> bool { return baton_.has_value (); }

    // The thread of @p cpu begins; lets others go first; ends.
    void begin (CpuIndex cpu);
    void let_others (CpuIndex cpu);
    void leave (CpuIndex cpu);

    /// From now on CPUs are to come to an end.
    void end ();
    [[nodiscard]] auto is_over () const -> bool;

    /// Throws Stopped if it's over: for a CPU that waits for others.
    void end_if_over () const;

  private:
    [[nodiscard]] auto make_firmware () -> std::unique_ptr<Firmware>;
    void load (std::uint64_t memory);

    UnseenLock lock_;
    std::optional<Baton> baton_;
    std::uint32_t cpus_;
    const BoardMap &map_;
    Bus bus_;
    Clock clock_;
    El2Memory memory_;
    Gic400 gic_;
    Pl011 uart_;
    std::unique_ptr<Firmware> firmware_;
    std::vector<GenericTimer> timers_;
    Pa device_tree_{};
    std::atomic<bool> over_{};
};

}  // namespace ravelin::sim::threads
