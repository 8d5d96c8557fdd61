// SPDX-License-Identifier: BSD-2-Clause

// Any traps of a host and its guests, on several CPUs and with several VMs, in any order, held to the
// specification.

#include "fuzz/input.hpp"
#include "fuzz/quick_loader.hpp"
#include "fuzz/rate.hpp"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/vm_calls.h"
#include "hyp/host/syndrome.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/check/spec_checker.hpp"
#include "sim/machine/machine.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {
using namespace ravelin;
using namespace hal::sysreg;
using sim::Processor;

constexpr std::uint32_t cpus = 2;

// Where VMs have RAM, and what of the host's RAM the calls are about: few pages, so that they meet.
constexpr std::uint64_t guest_ram = 0x4000'0000;
constexpr std::uint64_t host_ram  = 0x4480'0000;
constexpr std::uint64_t host_code = 0x4100'0000;

constexpr std::array<std::uint32_t, 7> guest_functions{
    PSCI_VERSION,          SMCCC_VERSION,          RAVELIN_GUEST_SHARE,     RAVELIN_GUEST_UNSHARE,
    RAVELIN_GUEST_MEMINFO, RAVELIN_GUEST_FEATURES, RAVELIN_GUEST_MMIO_GUARD};

/// A machine for as many inputs as it lasts; each finds no VM.
class Arena {
  public:
    Arena () : loader_{sim::BoardName::virt, {.cpus = cpus, .memory = 128ULL << 20}} { renew (); }

    /// Takes the traps that @p input spells; returns their number.
    [[nodiscard]] auto run (fuzz::Input &input) -> std::uint64_t {
        traps_ = 0;
        while (!input.empty ()) {
            auto &cpu = machine_->cpu (input.take<std::uint8_t> () % cpus);
            if (sim::real::is_in_guest (cpu)) {
                guest (cpu, input);
            } else {
                host (cpu, input);
            }
        }
        clear ();
        if (traps_since_renewal_ > traps_per_machine) { renew (); }
        return traps_;
    }

  private:
    void renew () {
        checker_.reset ();
        machine_ = loader_.boot ();
        if (machine_ == nullptr) { std::abort (); }
        start_cpus ();
        checker_             = std::make_unique<sim::SpecChecker> (*machine_);
        traps_since_renewal_ = 0;
        handles_             = {};
    }

    void start_cpus () {
        Registers on{.x = {PSCI_CPU_ON_64, 1, host_code, 0}};
        static_cast<void> (machine_->cpu (0U).hvc (on));
        machine_->settle ();
    }

    void trap (Processor &cpu, std::uint64_t syndrome, Registers &registers) {
        ++traps_;
        ++traps_since_renewal_;
        cpu.hal ().write<esr_el2> (syndrome | esr::instruction_length.mask ());
        static_cast<void> (cpu.trap (registers));
    }

    [[nodiscard]] static auto syndrome_of (esr::Class kind) -> std::uint64_t {
        return esr::exception_class.put (static_cast<std::uint64_t> (kind));
    }

    /// A handle that there is or was, or any number.
    [[nodiscard]] auto handle (std::uint8_t choice) const -> std::uint64_t {
        return choice < 0xf0 ? handles_[choice % handles_.size ()] : choice;
    }

    [[nodiscard]] static auto count (std::uint8_t choice) -> std::uint64_t {
        return choice < 0xc0 ? choice % 4 + 1 : choice < 0xe0 ? 512 : choice - 0xe0U + 50;
    }

    [[nodiscard]] static auto page_of (std::uint64_t base, std::uint8_t choice) -> std::uint64_t {
        const std::uint64_t block = choice >> 6;
        return base + block * block_size + (choice & 0x1fU) * page_size + (choice & 0x20U ? 508 * page_size : 0);
    }

    /// A host call with arguments that often make sense.
    void host (Processor &cpu, fuzz::Input &input) {
        const auto choice            = input.take<std::uint8_t> ();
        Registers &x                 = registers_[cpu.index ().value ()];
        const std::uint64_t function = RAVELIN_VM_CREATE + choice % 14;
        const auto byte              = [&] {
            return input.take<std::uint8_t> ();
        };
        x.x[0] = function;
        x.x[1] = handle (byte ());
        switch (function) {
        case RAVELIN_VM_CREATE:
            x.x[1] = page_of (host_ram, byte ()) & ~0x3fffULL;
            x.x[2] = 40 - byte () % 9 | ((choice & 0x10) != 0 ? RAVELIN_VM_PROTECTED : 0);
            x.x[3] = byte () % 3;
            break;
        case RAVELIN_VM_ADD_RAM:
            x.x[2] = guest_ram;
            x.x[3] = (byte () % 8 + 1) * block_size;
            break;
        case RAVELIN_VM_TOP_UP:
            x.x[2] = page_of (host_ram, byte ());
            x.x[3] = count (byte ());
            break;
        case RAVELIN_VM_DONATE:
        case RAVELIN_VM_LEND:
            x.x[2] = page_of (guest_ram, byte ());
            x.x[3] = page_of (host_ram, byte ());
            x.x[4] = count (byte ());
            x.x[5] = byte () % 2;
            break;
        case RAVELIN_VM_PROTECT:
        case RAVELIN_VM_UNMAP:
            x.x[2] = page_of (guest_ram, byte ());
            x.x[3] = count (byte ());
            x.x[4] = byte () % 2;
            break;
        case RAVELIN_VCPU_CREATE:
            x.x[2] = byte () % 3;
            x.x[3] = page_of (host_ram, byte ());
            x.x[4] = guest_ram;
            x.x[5] = byte ();
            break;
        default:
            x.x[2] = byte () % 3;
            x.x[3] = byte ();
            x.x[4] = byte ();
            break;
        }
        cpu.hal ().write<elr_el2> (host_code);
        cpu.hal ().write<spsr_el2> (pstate::el1h);
        trap (cpu, syndrome_of (esr::Class::hvc64), x);
        if (function == RAVELIN_VM_CREATE && x.x[0] == 0) { handles_[next_handle_++ % handles_.size ()] = x.x[1]; }
    }

    void guest (Processor &cpu, fuzz::Input &input) {
        const auto choice = input.take<std::uint8_t> ();
        Registers &x      = registers_[cpu.index ().value ()];
        switch (choice % 8) {
        case 0:
            ++traps_;
            static_cast<void> (cpu.interrupt (x));
            return;
        case 1: trap (cpu, syndrome_of (esr::Class::wait), x); return;
        case 2: trap (cpu, syndrome_of (esr::Class::fp), x); return;
        case 3:
        case 4:
            x.x[0] = guest_functions.at (input.take<std::uint8_t> () % guest_functions.size ());
            x.x[1] = page_of (guest_ram, input.take<std::uint8_t> ());
            x.x[2] = x.x[3] = (choice & 0xe0) == 0xe0 ? choice : 0;
            trap (cpu, syndrome_of ((choice & 0x10) != 0 ? esr::Class::smc64 : esr::Class::hvc64), x);
            return;
        case 5:
            trap (cpu, syndrome_of (esr::Class::system_register) | input.take<std::uint32_t> () % (1U << 22), x);
            return;
        default: guest_fault (cpu, choice, input); return;
        }
    }

    void guest_fault (Processor &cpu, std::uint8_t choice, fuzz::Input &input) {
        constexpr std::uint64_t translation = 0b00'0111;
        const auto where                    = input.take<std::uint8_t> ();
        const auto how                      = input.take<std::uint16_t> ();
        const auto ipa = (choice & 0x10) != 0 ? page_of (guest_ram, where) : 0x0900'0000 + where * 8ULL;
        cpu.hal ().write<hpfar_el2> (hpfar::ipa_page.put (ipa / page_size));
        cpu.hal ().write<far_el2> (ipa);
        const bool fetch = (choice & 0xe0) == 0xe0;
        const std::uint64_t iss =
            fetch ? 0
                  : (how & 1U ? esr::valid.mask () : 0) | (how & 2U ? esr::write.mask () : 0) |
                        (how & 4U ? esr::sign_extend.mask () : 0) | (how & 8U ? esr::wide_register.mask () : 0) |
                        esr::access_size.put (how >> 4 & 3U) | esr::transfer_register.put (how >> 6 & 31U);
        trap (cpu,
              syndrome_of (fetch ? esr::Class::code_abort_lower : esr::Class::data_abort_lower) | iss | translation,
              x_of (cpu));
    }

    [[nodiscard]] auto x_of (const Processor &cpu) -> Registers & { return registers_[cpu.index ().value ()]; }

    /// Gets all CPUs back to the host, and ends all VMs.
    void clear () {
        for (std::uint32_t i = 0; i < cpus; ++i) {
            auto &cpu = machine_->cpu (i);
            if (sim::real::is_in_guest (cpu)) {
                ++traps_;
                static_cast<void> (cpu.interrupt (registers_[i]));
            }
        }
        auto &cpu = machine_->cpu (0U);
        std::vector<std::uint64_t> alive;
        for (const auto &[name, vm] : checker_->specification ().state ().vms) {
            alive.push_back (name);
        }
        for (const auto vm : alive) {
            Registers &x = registers_[0];
            x.x[0]       = RAVELIN_VM_DESTROY;
            x.x[1]       = vm;
            trap (cpu, syndrome_of (esr::Class::hvc64), x);
            do {
                x.x[0] = RAVELIN_VM_RECLAIM;
                x.x[1] = vm;
                trap (cpu, syndrome_of (esr::Class::hvc64), x);
            } while (static_cast<std::int64_t> (x.x[0]) == RAVELIN_AGAIN);
        }
    }

    static constexpr std::uint64_t traps_per_machine = 1'000'000;

    fuzz::QuickLoader loader_;
    std::unique_ptr<sim::Machine> machine_;
    std::unique_ptr<sim::SpecChecker> checker_;
    std::array<Registers, cpus> registers_{};
    std::array<std::uint64_t, 4> handles_{};
    std::size_t next_handle_{};
    std::uint64_t traps_{};
    std::uint64_t traps_since_renewal_{};
};

struct Campaign {
    Arena arena;
    fuzz::Rate rate{"trap_mix", "traps"};
};
}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer chose the name.
extern "C" auto LLVMFuzzerTestOneInput (const std::uint8_t *data, std::size_t size) -> int {
    static Campaign campaign;
    fuzz::Input input{data, size};
    try {
        campaign.rate.add (campaign.arena.run (input));
    } catch (const std::exception &violation) {
        std::fprintf (stderr, "trap_mix: broken: %s\n", violation.what ());
        std::abort ();
    }
    return 0;
}
