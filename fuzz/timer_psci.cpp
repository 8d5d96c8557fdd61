// SPDX-License-Identifier: BSD-2-Clause

// Timers, waits and power calls of four vCPUs on four CPUs, with time passing at any time, held to the specification.

#include "fuzz/guest_arena.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"
#include "hyp/abi/psci.h"
#include "hyp/abi/vm_calls.h"

namespace {
using namespace ravelin;
using namespace hal::sysreg;
using fuzz::GuestArena;
using sim::Processor;

constexpr std::uint64_t vcpus = 4;

constexpr std::array<std::uint32_t, 14> functions{
    PSCI_CPU_ON_64,      PSCI_CPU_ON_64,        PSCI_CPU_ON_32,         PSCI_CPU_OFF,  PSCI_CPU_SUSPEND_32,
    PSCI_CPU_SUSPEND_64, PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64,  PSCI_FEATURES, PSCI_VERSION,
    PSCI_SYSTEM_OFF,     PSCI_SYSTEM_RESET,     PSCI_MIGRATE_INFO_TYPE, 0x8400'0014};

/// What the bytes of an input mean.
class Player {
  public:
    Player (GuestArena &arena, fuzz::Input &input) : arena_{arena}, input_{input} {}

    /// Plays all of the input; returns the number of traps.
    [[nodiscard]] auto play () -> std::uint64_t {
        const auto properties = byte ();
        arena_.begin ({.is_protected = (properties & 1) != 0,
                       .intids       = 32,
                       .vcpus        = vcpus,
                       .off          = properties / 16U & 0b1110,
                       .time_offset  = (properties & 2) != 0 ? input_.take<std::uint64_t> () : 0});
        return arena_.play (
            input_, [this] (Processor &cpu, unsigned choice) { guest (cpu, choice); },
            [this] (Processor &cpu, unsigned choice) { host (cpu, choice); });
    }

  private:
    [[nodiscard]] auto byte () -> std::uint8_t { return input_.take<std::uint8_t> (); }

    [[nodiscard]] auto now () -> std::uint64_t { return arena_.machine ().clock ().now (); }

    /// A moment near to now, or any.
    [[nodiscard]] auto moment () -> std::uint64_t {
        const auto number = byte ();
        if (number >= 0xf8) { return input_.take<std::uint64_t> (); }
        return now () + number - 32;
    }

    void pass () { arena_.machine ().clock ().advance_to (now () + byte ()); }

    void host (Processor &cpu, unsigned choice) {
        const std::uint64_t number = byte ();
        switch (choice) {
        case 0: pass (); return;
        case 1:
            arena_.call (cpu, {RAVELIN_VCPU_SET, arena_.vm (), number % vcpus, 59 + number / 4 % 5, moment ()});
            return;
        case 2: arena_.call (cpu, {RAVELIN_VCPU_SET, arena_.vm (), number % vcpus, RAVELIN_REGISTER_POWER, 1}); return;
        case 3: arena_.call (cpu, {RAVELIN_VCPU_GET, arena_.vm (), number % vcpus, 59 + number / 4 % 5}); return;
        case 4: arena_.call (cpu, {RAVELIN_VM_SET_TIME, arena_.vm (), number}); return;
        case 5:
            cpu.hal ().write<cntv_cval_el0> (moment ());
            cpu.hal ().write<cntv_ctl_el0> (number % 4);
            return;
        default: arena_.call (cpu, {RAVELIN_VCPU_RUN, arena_.vm (), number % vcpus, 0}); return;
        }
    }

    void guest (Processor &cpu, unsigned choice) {
        switch (choice) {
        case 0:
        case 1:  physical_timer (cpu); return;
        case 2:
        case 3:  virtual_timer (cpu); return;
        case 4:
        case 5:  pass (); return;
        case 6:  arena_.trap (cpu, esr::Class::wait); return;
        case 7:
        case 8:
        case 9:  power (cpu); return;
        case 10: open (cpu); return;
        case 11: taken_[cpu.index ().value ()] = arena_.interface_read (cpu, 0x0c); return;
        case 12: arena_.interface_write (cpu, 0x10, taken_[cpu.index ().value ()]); return;
        case 13:
            arena_.access (cpu, GuestArena::gicd + byte () % 8 * 0x80, (byte () & 1) != 0, 2,
                           input_.take<std::uint32_t> ());
            return;
        case 14: sgi (cpu); return;
        default: arena_.send (cpu); return;
        }
    }

    /// An access to CNTP_TVAL_EL0, CNTP_CTL_EL0 or CNTP_CVAL_EL0.
    void physical_timer (Processor &cpu) {
        namespace access            = esr::access;
        const auto how              = byte ();
        const std::uint64_t which   = how % 3;
        const bool read             = (how & 0x80) != 0;
        arena_.registers (cpu).x[1] = which == 1 ? how / 4 % 4 : which == 2 ? moment () : moment () - now ();
        arena_.trap (cpu, esr::Class::system_register,
                     access::op0.put (3) | access::op1.put (3) | access::crn.put (14) | access::crm.put (2) |
                         access::op2.put (which) | access::target.put (how % 32 == 31 ? 31 : 1) |
                         (read ? access::read.mask () : 0));
    }

    void virtual_timer (Processor &cpu) {
        cpu.hal ().write<cntv_cval_el0> (moment () - cpu.hal ().read<cntvoff_el2> ());
        cpu.hal ().write<cntv_ctl_el0> (byte () % 4);
    }

    void power (Processor &cpu) {
        const auto function = functions.at (byte () % functions.size ());
        const auto how      = byte ();
        // The system goes off seldom, so that more than that is seen.
        if (function == PSCI_SYSTEM_OFF && how % 16 != 0) { return; }
        if (function == PSCI_SYSTEM_RESET && how % 16 != 0) { return; }
        const bool power_state     = function == PSCI_CPU_SUSPEND_32 || function == PSCI_CPU_SUSPEND_64;
        const std::uint64_t target = function == PSCI_FEATURES ? functions.at (how % functions.size ())
                                     : power_state             ? std::uint64_t{how} << how % 24
                                                               : how % 5;
        const std::uint64_t entry  = how >= 0xf0 ? how : how >= 0xe0 ? 1 : GuestArena::guest_ram + how * 4ULL;
        const bool affinity        = function == PSCI_AFFINITY_INFO_32 || function == PSCI_AFFINITY_INFO_64;
        arena_.call (cpu, {function, target, affinity ? how / 128U : entry, how});
    }

    /// The guest takes the interrupts of its timers.
    void open (Processor &cpu) {
        arena_.interface_write (cpu, 0x00, 0b01);
        arena_.interface_write (cpu, 0x04, 0xff);
        arena_.access (cpu, GuestArena::gicd, true, 2, 1);
        if (GuestArena::is_in_guest (cpu)) {
            arena_.access (cpu, GuestArena::gicd + 0x100, true, 2, 1U << 27 | 1U << 30);
        }
    }

    void sgi (Processor &cpu) {
        arena_.access (cpu, GuestArena::gicd + 0xf00, true, 2, std::uint32_t{byte ()} << 16 | 5);
    }

    GuestArena &arena_;
    fuzz::Input &input_;
    std::array<std::uint32_t, GuestArena::cpus> taken_{};
};

class TimerPsci final : public fuzz::Target {
  public:
    explicit TimerPsci (fuzz::TrapLog *log) : Target{"traps"}, arena_{log} {}

    [[nodiscard]] auto play (fuzz::Input &input) -> std::uint64_t override { return Player{arena_, input}.play (); }

  private:
    GuestArena arena_;
};
}  // namespace

auto ravelin::fuzz::timer_psci (TrapLog *log) -> std::unique_ptr<Target> {
    return std::make_unique<TimerPsci> (log);
}
