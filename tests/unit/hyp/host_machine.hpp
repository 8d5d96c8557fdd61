// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/host/syndrome.hpp"
#include "sim/machine/device_tree.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace ravelin::test {

/// A machine whose host the test plays: it makes the calls and takes the faults of EL1 itself.
class HostMachine {
  public:
    /// A machine that is ready to boot: with a tiny kernel, and @p tree if the board's own isn't wanted.
    explicit HostMachine (sim::BoardName board, const sim::MachineOptions &options = {},
                          const sim::DeviceTree *tree = nullptr, std::vector<std::byte> initrd = {})
        : machine_{std::make_unique<sim::Machine> (board, options)} {
        machine_->load ({.image        = sim::RavelinImage::with_tiny_kernel (),
                         .initrd       = std::move (initrd),
                         .command_line = "",
                         .device_tree  = tree});
    }

    /// A machine whose host runs on the first CPU.
    [[nodiscard]] static auto booted (sim::BoardName board, const sim::MachineOptions &options = {}) -> HostMachine {
        HostMachine machine{board, options};
        if (const auto done = machine.machine ().boot (); !done) {
            throw std::runtime_error{std::string{done.error ().what}};
        }
        return machine;
    }

    [[nodiscard]] auto machine () -> sim::Machine & { return *machine_; }
    [[nodiscard]] auto hal (std::uint32_t cpu = 0) -> hal::Cpu & { return machine_->cpu (cpu).hal (); }

    /// HVC #0 of CPU @p cpu with these registers from X0 on; the result is in registers().
    auto hvc (std::uint32_t cpu, std::initializer_list<std::uint64_t> arguments) -> Next {
        set_registers (arguments);
        return machine_->cpu (cpu).hvc (registers_);
    }

    /// The signed X0 that HVC #0 of the first CPU returns.
    auto call (std::initializer_list<std::uint64_t> arguments) -> std::int64_t {
        static_cast<void> (hvc (0, arguments));
        return static_cast<std::int64_t> (registers_.x[0]);
    }

    /// A trap of the first CPU's EL1 at @p pc with this syndrome.
    auto trap (std::uint64_t syndrome, std::uint64_t pc = 0x4040'0000, std::uint64_t spsr = pstate::el1h) -> Next {
        hal ().write<hal::sysreg::esr_el2> (syndrome);
        hal ().write<hal::sysreg::elr_el2> (pc);
        hal ().write<hal::sysreg::spsr_el2> (spsr);
        return machine_->cpu (0U).trap (registers_);
    }

    /// A stage 2 translation fault of a load or store at @p ipa, whose FAR has the same page offset.
    auto data_abort (Ipa ipa, std::uint64_t details) -> Next {
        hal ().write<hal::sysreg::hpfar_el2> (hpfar::ipa_page.put (ipa.value () / page_size));
        hal ().write<hal::sysreg::far_el2> (0xffff'0000'0000'0000 | ipa.value ());
        return trap (esr::exception_class.put (std::to_underlying (esr::Class::data_abort_lower)) |
                     esr::instruction_length.mask () | details);
    }

    /// How often the first CPU came to EL2 for @p cause.
    [[nodiscard]] auto traps (ravelin_trap_cause cause) -> std::uint64_t {
        return machine_->hypervisor ().host_cpu (CpuIndex{0}).traps[cause];
    }

    [[nodiscard]] auto registers () -> Registers & { return registers_; }

  private:
    void set_registers (std::initializer_list<std::uint64_t> values) {
        unsigned i = 0;
        for (const auto value : values) {
            registers_.x[i++] = value;
        }
    }

    std::unique_ptr<sim::Machine> machine_;
    Registers registers_{};
};

}  // namespace ravelin::test
