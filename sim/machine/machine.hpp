// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/hypervisor.hpp"
#include "sim/machine/board_map.hpp"
#include "sim/machine/bus.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/cpu_environment.hpp"
#include "sim/machine/el2_memory.hpp"
#include "sim/machine/el2_witness.hpp"
#include "sim/machine/exposed_memory.hpp"
#include "sim/machine/loadables.hpp"
#include "sim/machine/outcome.hpp"
#include "sim/machine/preemption.hpp"
#include "sim/machine/processor.hpp"
#include "sim/machine/random.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/models/bcm2711_pcie.hpp"
#include "sim/models/bcm2711_pm.hpp"
#include "sim/models/cache_system.hpp"
#include "sim/models/firmware.hpp"
#include "sim/models/generic_timer.hpp"
#include "sim/models/gic400.hpp"
#include "sim/models/mini_uart.hpp"
#include "sim/models/pl011.hpp"
#include "sim/models/system_errors.hpp"
#include "sim/models/tlb_system.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ravelin::sim {

class CpuFibers;

/// What a simulated machine is made of.
struct MachineOptions {
    std::uint32_t cpus{1};             // 1-8
    std::uint64_t memory{1ULL << 30};  // bytes of RAM
    std::uint64_t seed{1};             // decides all that hardware leaves open; the same one, the same run
    std::uint64_t slice{10'000};       // instructions that a CPU executes before another does, on average
    std::uint32_t preemption{0};       // the hypervisor is interrupted at one in so many of its operations; 0: never
    std::uint32_t prefetch{16};        // a scripted CPU fills its TLB unasked at one in so many traps; 0: never
    std::optional<GicSecurity> gic_security{};  // nothing: as the real board has it
    std::optional<Eviction> caches{};           // nothing: there are none, and every observer sees the same
};

/// A whole simulated machine with Ravelin in its EL2. One thread, virtual time.
class Machine : private CpuEnvironment, private Alarm {
  public:
    /// QEMU's virt: PSCI firmware, RAM in one piece.
    [[nodiscard]] static auto virt (const MachineOptions &options) -> Machine {
        return Machine{BoardName::virt, options};
    }

    /// A Raspberry Pi 4B: no firmware calls, cores in a spin table, RAM with holes.
    [[nodiscard]] static auto pi4b (const MachineOptions &options) -> Machine {
        return Machine{BoardName::pi4b, options};
    }

    Machine (BoardName board, const MachineOptions &options);
    ~Machine () override;

    [[nodiscard]] auto options () const -> const MachineOptions & { return options_; }
    [[nodiscard]] auto map () const -> const BoardMap & { return map_; }
    [[nodiscard]] auto bus () -> Bus & { return bus_; }
    [[nodiscard]] auto clock () -> Clock & { return clock_; }
    [[nodiscard]] auto gic () -> Gic400 & { return gic_; }
    [[nodiscard]] auto uart () -> Pl011 & { return pl011_; }
    [[nodiscard]] auto mini_uart () -> MiniUart & { return mini_uart_; }
    [[nodiscard]] auto errors () -> SystemErrors & { return errors_; }
    [[nodiscard]] auto random () -> Random & { return random_; }
    [[nodiscard]] auto tlb (CpuIndex cpu) -> Tlb & { return tlbs_.of (cpu); }
    [[nodiscard]] auto tlbs () -> TlbSystem & { return tlbs_; }
    [[nodiscard]] auto caches () -> CacheSystem * { return caches_.get (); }  // nullptr: none
    [[nodiscard]] auto hypervisor () -> Hypervisor & { return hypervisor_; }
    [[nodiscard]] auto timer (CpuIndex cpu) -> GenericTimer & { return *timers_[cpu.value ()]; }
    [[nodiscard]] auto cpu (CpuIndex cpu) -> Processor & { return *processors_[cpu.value ()]; }
    [[nodiscard]] auto cpu (std::uint32_t cpu) -> Processor & { return *processors_[cpu]; }
    [[nodiscard]] auto cpus () const -> std::uint32_t { return options_.cpus; }

    /// Who sees what EL2 does; nullptr: nobody.
    [[nodiscard]] auto witness () -> El2Witness * { return witness_.get (); }

    /// X0 at reset.
    [[nodiscard]] auto device_tree () const -> Pa { return device_tree_; }

    /// The image that has been loaded isn't one of RavelinImage's. Before boot().
    void set_image_parts (const RavelinImage::Parts &parts) { parts_ = parts; }

    /// From now on @p log is told of all memory that EL2 may write to; nullptr: nobody is.
    void keep_in (UndoLog *log) { el2_memory_.keep_in (log); }

    /// What time it is, and what timers and the GIC hold. For who steps back, between traps, together with memory and
    /// the CPUs' registers.
    struct Kept {
        Ticks now;
        std::vector<GenericTimer::Kept> timers;
        Gic400::Kept gic;
    };
    [[nodiscard]] auto keep () const -> Kept;

    /// They hold that again.
    void go_back (const Kept &kept);

    /// Memory is what it once was, tables among it.
    void went_back () { exposed_.change (1); }

    /// Fills RAM with what is in that of @p other, a machine of the same size that comes to its end. Before load().
    void take_over_ram (Machine &other);

    /// Copies @p bytes to RAM at @p pa, as a loader does before the first instruction.
    void place (Pa pa, std::span<const std::byte> bytes);

    /// Puts everything where the board's loader would, and remembers what X0 will be.
    void load (const Loadables &files);

    /// X0 at reset, if it isn't to be the tree that load() has placed.
    void set_device_tree (Pa pa) { device_tree_ = pa; }

    /// Lets the first CPU boot Ravelin, and all others go as far as they do by themselves. Afterwards the
    /// first CPU is about to execute the host's first instruction.
    [[nodiscard]] auto boot () -> std::expected<void, BootError>;

    /// Lets the CPUs run, until @p duration has passed or nothing is left to do. CPUs without an engine, once
    /// they're in the host, do nothing by themselves.
    [[nodiscard]] auto run (Ticks duration = never) -> Outcome;

    /// Has run() return as if its time were over, once the CPU that executes has come to the end of its turn. For
    /// engines, when a debugger wants the machine to stand still.
    void pause ();

    /// Lets CPUs that are in EL2 go on until all of them sleep or are in the host; engines don't run.
    void settle ();

  private:
    friend class CpuFibers;
    friend class Processor;

    [[nodiscard]] auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters override;
    void wait_for_interrupt (CpuIndex cpu) override;
    [[nodiscard]] auto is_woken (CpuIndex cpu) -> bool override {
        return gic_.irq_pending (cpu) || gic_.fiq_pending (cpu);
    }
    void send_event (CpuIndex cpu) override;
    void accessed (CpuIndex cpu, Pa pa, std::uint32_t value, bool written) override;
    void announce (CpuIndex index, Affinity affinity) override;
    void invalidate (CpuIndex cpu, const TlbInvalidation &what) override;
    void invalidate_code (CpuIndex cpu, bool everywhere) override;
    void synchronize (CpuIndex cpu, hal::Dsb kind) override;
    void stored (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value) override;
    [[nodiscard]] auto translate_stage1 (CpuIndex cpu, Va va) -> std::uint64_t override;
    void clean (CpuIndex cpu, PaRange range) override;
    [[nodiscard]] auto read_time (CpuIndex cpu, hal::SystemRegister which) -> std::uint64_t override;
    void touched (CpuIndex cpu, PaRange range) override;
    [[nodiscard]] auto ring (Ticks now) -> Ticks override;

    void wait_until_interrupted (CpuIndex cpu);

    /// Tells the witness, if there is one.
    void tell (CpuIndex cpu, const El2Deed &deed);

    /// Tells who observes @p cpu.
    void tell (CpuIndex cpu, const Maintenance &what);

    MachineOptions options_;
    const BoardMap &map_;
    Random random_;
    Bus bus_;
    Clock clock_;
    std::unique_ptr<CacheSystem> caches_;
    El2Memory el2_memory_;
    ExposedMemory exposed_;
    TlbSystem tlbs_;
    Gic400 gic_;
    Pl011 pl011_;
    MiniUart mini_uart_;
    Bcm2711Pm power_;
    SystemErrors errors_;
    Bcm2711Pcie pcie_{errors_};
    std::unique_ptr<Firmware> firmware_;
    Hypervisor hypervisor_;
    std::vector<std::unique_ptr<GenericTimer>> timers_;
    std::vector<std::unique_ptr<Processor>> processors_;
    std::unique_ptr<CpuFibers> fibers_;
    RavelinImage::Parts parts_;
    Pa device_tree_{};
    std::optional<Outcome> end_;  // the machine was turned off or reset
    std::unique_ptr<El2Witness> witness_;
};

}  // namespace ravelin::sim
