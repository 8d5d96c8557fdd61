// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/boot/boot_error.hpp"
#include "hyp/boot/image.hpp"
#include "hyp/core/platform.hpp"
#include "hyp/core/registers.hpp"
#include "hyp/dev/console.hpp"
#include "hyp/dev/gic.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/host/power.hpp"
#include "hyp/vm/vms.hpp"
#include "hyp/vm/world.hpp"

#include <array>

namespace ravelin {

/// Ravelin: all of its mutable state. Hardware has one; a test makes as many as it likes and copies them.
class Hypervisor {
  public:
    /// What the code that runs first tells of itself.
    struct BootArguments {
        Pa image;          // where the image was loaded
        PaRange pool;      // pages of Ravelin's own memory that boot may use for tables
        PaRange firmware;  // the guest firmware's image, in Ravelin's own memory
        Pa device_tree;    // X0 at entry: as firmware left it, unchecked
    };

    /// Takes over the machine on its first CPU: reads and checks the device tree and the image, confines the
    /// host, writes the host's device tree, wakes cores that firmware left spinning. Says on the console what
    /// it does, and what is wrong. On success ELR_EL2, SPSR_EL2 and @p registers are the host's first.
    [[nodiscard]] auto boot (hal::Cpu &cpu, Registers &registers, const BootArguments &arguments) -> Booted<void>;

    /// Prepares EL2 of a CPU that has just arrived at secondary_entry(), where park() comes next, or boots.
    void boot_secondary (hal::Cpu &cpu);

    /// Waits until the host turns this CPU on; then ELR_EL2, SPSR_EL2 and @p registers are its first.
    void park (hal::Cpu &cpu, Registers &registers);

    /// A synchronous exception from EL1 or EL0; its syndrome is in ESR_EL2. A trap is a function: it never
    /// waits, but for CPU_SUSPEND, which is a wait.
    [[nodiscard]] auto synchronous (hal::Cpu &cpu, Registers &registers) -> Next;

    /// Where the registers of the world that this CPU is in are, the host or a guest: a trap saves them there
    /// and hands them to synchronous(); one that changes the world goes on with those of the other.
    [[nodiscard]] auto registers (hal::Cpu &cpu) -> Registers & { return world (cpu).registers (cpu); }

    /// Exchanges host and guest on this CPU, after Next::change_world; all of registers() were saved.
    /// @return  registers() from now on
    [[nodiscard]] auto change_world (hal::Cpu &cpu) -> Registers & {
        return world (cpu).change (cpu, interrupts_, host_stage2 ().vttbr ());
    }

    /// An IRQ or FIQ that came to EL2. It's the host's: a guest makes way for it, and it stays pending.
    [[nodiscard]] auto interrupt (hal::Cpu &cpu) -> Next;

    /// An SError that came to EL2. It's the host's too, which gets one of its own.
    [[nodiscard]] auto system_error (hal::Cpu &cpu) -> Next;

    /// The machine as the device tree described it.
    [[nodiscard]] auto platform () const -> const Platform & { return platform_; }

    /// What the host reaches; there once boot() has succeeded.
    [[nodiscard]] auto host_stage2 () const -> const HostStage2 & { return vms_.host_memory ().stage2 (); }

    /// The VMs, and who owns each page; to be looked at while no CPU is in a trap.
    [[nodiscard]] auto vms () -> Vms & { return vms_; }

    /// Where Ravelin speaks.
    [[nodiscard]] auto console () -> Console & { return console_; }

    /// The host's CPU with this index, which exists.
    [[nodiscard]] auto host_cpu (CpuIndex index) const -> const HostCpu & { return cpus_[index.value ()]; }

  private:
    [[nodiscard]] auto take_over (hal::Cpu &cpu, Registers &registers, const BootArguments &arguments) -> Booted<void>;
    void open_console (hal::Cpu &cpu, Uart uart);
    void print_summary (hal::Cpu &cpu);

    [[nodiscard]] auto self (const hal::Cpu &cpu) -> HostCpu & { return cpus_[cpu.index ().value ()]; }
    [[nodiscard]] auto world (const hal::Cpu &cpu) -> World & { return worlds_[cpu.index ().value ()]; }
    [[nodiscard]] auto power () -> Power { return {platform_, interrupts_.gic, {own_, reserve_}, cpus_}; }

    [[nodiscard, gnu::noinline]] auto host_call (hal::Cpu &cpu, Registers &registers, std::uint64_t syndrome) -> Next;
    [[nodiscard, gnu::noinline]] auto host_instruction (hal::Cpu &cpu, Registers &registers, std::uint64_t syndrome)
        -> Next;
    void forbid (hal::Cpu &cpu, std::uint64_t syndrome, ravelin_trap_cause cause, std::uint64_t fault);
    [[nodiscard]] auto guest_synchronous (hal::Cpu &cpu, Registers &registers, World &world) -> Next;
    [[nodiscard, gnu::noinline]] auto guest_instruction (hal::Cpu &cpu, Registers &registers, World &world,
                                                         std::uint64_t syndrome) -> Next;

    Platform platform_;
    Console console_;
    GuestInterrupts interrupts_;
    PaRange own_{};
    PaRange reserve_{};
    std::array<HostCpu, max_cpus> cpus_;
    std::array<World, max_cpus> worlds_;
    Vms vms_;
};

}  // namespace ravelin
