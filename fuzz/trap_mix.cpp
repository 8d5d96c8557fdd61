// SPDX-License-Identifier: BSD-2-Clause

// Any traps of a host and its guests, on several CPUs and with several VMs, in any order, held to the
// specification.

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"
#include "fuzz/vm_arena.hpp"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/vm_calls.h"

#include <array>

namespace {
using namespace ravelin;
using namespace hal::sysreg;
using fuzz::Kind;
using fuzz::VmArena;
using sim::Processor;

constexpr auto guest_ram = VmArena::guest_ram;
constexpr auto host_ram  = VmArena::host_ram;

// Where VMs have their GIC.
constexpr std::uint64_t gicd = 0x0800'0000;
constexpr std::uint64_t gicc = 0x0801'0000;

// Those of PSCI that change something.
constexpr std::array<std::uint32_t, 8> power_functions{PSCI_CPU_ON_64,      PSCI_CPU_ON_64,        PSCI_CPU_OFF,
                                                       PSCI_CPU_SUSPEND_64, PSCI_AFFINITY_INFO_64, PSCI_SYSTEM_OFF,
                                                       PSCI_SYSTEM_RESET,   PSCI_MIGRATE_INFO_TYPE};

constexpr std::array<std::uint32_t, 9> guest_functions{
    PSCI_VERSION,          SMCCC_VERSION,          RAVELIN_GUEST_SHARE,      RAVELIN_GUEST_UNSHARE,
    RAVELIN_GUEST_MEMINFO, RAVELIN_GUEST_FEATURES, RAVELIN_GUEST_MMIO_GUARD, PSCI_FEATURES,
    SMCCC_ARCH_FEATURES};

class Mix final : public fuzz::Target {
  public:
    explicit Mix (fuzz::TrapLog *log) : Target{"traps"}, arena_{log} {}

    [[nodiscard]] auto play (fuzz::Input &input) -> std::uint64_t override {
        handles_     = {};
        next_handle_ = 0;
        while (!input.empty ()) {
            input.begin_step ();
            auto &cpu = arena_.cpu (input.take<std::uint8_t> (Kind::choice));
            if (VmArena::is_in_guest (cpu)) {
                guest (cpu, input);
            } else {
                host (cpu, input);
            }
        }
        return arena_.finish ();
    }

  private:
    /// A handle that there is or was, or any number.
    [[nodiscard]] auto handle (fuzz::Input &input) const -> std::uint64_t {
        const auto choice = input.take<std::uint8_t> (Kind::handle);
        return choice < 0xf0 ? handles_[choice % handles_.size ()] : choice;
    }

    [[nodiscard]] static auto count (std::uint8_t choice) -> std::uint64_t {
        return choice < 0xc0 ? choice % 4 + 1 : choice < 0xe0 ? 512 : choice - 0xe0U + 50;
    }

    /// A host call with arguments that often make sense, or another trap of the host's.
    void host (Processor &cpu, fuzz::Input &input) {
        const auto choice = input.take<std::uint8_t> (Kind::choice);
        if (choice >= 0xf8) {
            any_trap (cpu, input);
            return;
        }
        if (choice >= 0xe0) {
            gic_call (cpu, choice, input);
            return;
        }
        Registers &x                 = arena_.registers (cpu);
        const std::uint64_t function = RAVELIN_VM_CREATE + choice % 14;
        const auto byte              = [&] {
            return input.take<std::uint8_t> ();
        };
        const auto page = [&] (std::uint64_t base) {
            return VmArena::page_of (base, input.take<std::uint8_t> (Kind::page));
        };
        x.x[1] = handle (input);
        switch (function) {
        case RAVELIN_VM_CREATE:
            x.x[1] = page (host_ram) & ~0x3fffULL;
            x.x[2] = 40 - byte () % 9 | ((choice & 0x10) != 0 ? RAVELIN_VM_PROTECTED : 0);
            x.x[3] = byte () % 3;
            break;
        case RAVELIN_VM_ADD_RAM:
            x.x[2] = guest_ram;
            x.x[3] = (byte () % 8 + 1) * block_size;
            break;
        case RAVELIN_VM_TOP_UP:
            x.x[2] = page (host_ram);
            x.x[3] = count (byte ());
            break;
        case RAVELIN_VM_DONATE:
        case RAVELIN_VM_LEND:
            x.x[2] = page (guest_ram);
            x.x[3] = page (host_ram);
            x.x[4] = count (byte ());
            x.x[5] = byte () % 2;
            break;
        case RAVELIN_VM_PROTECT:
        case RAVELIN_VM_UNMAP:
            x.x[2] = page (guest_ram);
            x.x[3] = count (byte ());
            x.x[4] = byte () % 2;
            break;
        case RAVELIN_VCPU_CREATE:
            x.x[2] = byte () % 3;
            x.x[3] = page (host_ram);
            x.x[4] = guest_ram;
            x.x[5] = byte ();
            x.x[6] = (choice & 0x80) != 0 ? RAVELIN_VCPU_OFF : 0;
            break;
        default:
            // Registers of vCPUs are named by numbers up to RAVELIN_REGISTERS.
            x.x[2] = byte () % 3;
            x.x[3] = byte ();
            x.x[4] = input.take<std::uint16_t> ();
            break;
        }
        const auto status = arena_.host_call (cpu, {function});
        if (function == RAVELIN_VM_CREATE && status == 0) { handles_[next_handle_++ % handles_.size ()] = x.x[1]; }
    }

    /// A call about a VM's GIC or its time, or about what VMs there are.
    void gic_call (Processor &cpu, std::uint8_t choice, fuzz::Input &input) {
        const std::uint64_t function = RAVELIN_VM_SET_GIC + choice % 7;
        const std::uint64_t vm       = handle (input);
        const std::uint64_t number   = input.take<std::uint8_t> ();
        const std::uint64_t value    = input.take<std::uint16_t> ();
        switch (function) {
        case RAVELIN_VM_SET_GIC:  arena_.host_call (cpu, {function, vm, gicd, gicc, number % 4 * 32}); return;
        case RAVELIN_VM_SET_TIME: arena_.host_call (cpu, {function, vm, value}); return;
        case RAVELIN_VM_FIND:     arena_.host_call (cpu, {function, number}); return;
        case RAVELIN_ID_REGISTER: arena_.host_call (cpu, {function, number, value % 64}); return;
        case RAVELIN_VM_SET_LINE: arena_.host_call (cpu, {function, vm, number % 128, value % 2}); return;
        default:                  arena_.host_call (cpu, {function, vm, number % 3, value % 0x1400 * 4, value * 0x1'0001}); return;
        }
    }

    void guest (Processor &cpu, fuzz::Input &input) {
        const auto choice = input.take<std::uint8_t> (Kind::choice);
        Registers &x      = arena_.registers (cpu);
        switch (choice % 8) {
        case 0: arena_.interrupt (cpu); return;
        case 1: arena_.trap (cpu, esr::Class::wait); return;
        case 2:
            if (choice >= 0x80) {
                any_trap (cpu, input);
            } else {
                arena_.trap (cpu, esr::Class::fp);
            }
            return;
        case 3:
        case 4:
            x.x[0] = guest_functions.at (input.take<std::uint8_t> (Kind::choice) % guest_functions.size ());
            if (choice >= 0xc0 && (choice & 0x20) == 0) {
                power_call (cpu, input);
                return;
            }
            x.x[1] = VmArena::page_of (guest_ram, input.take<std::uint8_t> (Kind::page));
            x.x[2] = x.x[3] = (choice & 0xe0) == 0xe0 ? choice : 0;
            arena_.trap (cpu, (choice & 0x10) != 0 ? esr::Class::smc64 : esr::Class::hvc64);
            return;
        case 5:  arena_.trap (cpu, esr::Class::system_register, input.take<std::uint32_t> () % (1U << 22)); return;
        default: guest_fault (cpu, choice, input); return;
        }
    }

    /// A PSCI function, for a vCPU that there is.
    void power_call (Processor &cpu, fuzz::Input &input) {
        Registers &x     = arena_.registers (cpu);
        const auto which = input.take<std::uint8_t> (Kind::choice);
        x.x[0]           = power_functions.at (which % power_functions.size ());
        x.x[1]           = which / 16 % 2;
        x.x[2]           = x.x[0] == PSCI_AFFINITY_INFO_64 ? 0 : guest_ram + which;
        x.x[3]           = which;
        arena_.trap (cpu, esr::Class::hvc64);
    }

    /// An access that stage 2 doesn't let through.
    void guest_fault (Processor &cpu, std::uint8_t choice, fuzz::Input &input) {
        constexpr std::array<std::uint64_t, 4> status{0b00'0111, 0b00'1111, 0b00'1011, 0b00'0000};
        const auto where = input.take<std::uint8_t> (Kind::page);
        const auto how   = input.take<std::uint16_t> ();
        const auto ipa   = (choice & 0x10) != 0   ? VmArena::page_of (guest_ram, where)
                           : (how & 0x2000U) != 0 ? gicd + where * 16ULL
                                                  : 0x0900'0000 + where * 8ULL;
        // As on the silicon: rubbish after a permission fault, unless a walk made it.
        const auto type    = status.at (how >> 11 & 3U);
        const bool walk    = (how & 0x8000U) != 0;
        const bool rubbish = esr::fault::type.get (type) == esr::fault::permission && !walk;
        cpu.hal ().write<hpfar_el2> (hpfar::ipa_page.put (rubbish ? how : ipa / page_size));
        cpu.hal ().write<far_el2> ((how & 0x4000U) != 0 ? ipa | 1ULL << 40 : ipa);
        const bool fetch = (choice & 0xe0) == 0xe0;
        const std::uint64_t access =
            fetch ? 0
                  : (how & 1U ? esr::valid.mask () : 0) | (how & 2U ? esr::write.mask () : 0) |
                        (how & 4U ? esr::sign_extend.mask () : 0) | (how & 8U ? esr::wide_register.mask () : 0) |
                        esr::access_size.put (how >> 4 & 3U) | esr::transfer_register.put (how >> 6 & 31U);
        arena_.trap (cpu, fetch ? esr::Class::code_abort_lower : esr::Class::data_abort_lower,
                     access | (walk ? esr::stage1_walk.mask () : 0) | type);
    }

    /// Any class of exception, with any syndrome and any registers to it.
    void any_trap (Processor &cpu, fuzz::Input &input) {
        const auto syndrome = input.take<std::uint32_t> ();
        cpu.hal ().write<hpfar_el2> (input.take<std::uint32_t> () & hpfar::ipa_page.mask ());
        cpu.hal ().write<far_el2> (input.take<std::uint16_t> ());
        arena_.trap (cpu, esr::class_of (syndrome), syndrome & ~esr::exception_class.mask ());
    }

    VmArena arena_;
    std::array<std::uint64_t, 4> handles_{};
    std::size_t next_handle_{};
};
}  // namespace

auto ravelin::fuzz::trap_mix (TrapLog *log) -> std::unique_ptr<Target> {
    return std::make_unique<Mix> (log);
}
