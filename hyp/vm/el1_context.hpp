// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/vmid_scope.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ravelin {

/// A list of system registers, and the array that keeps them.
template <hal::SystemRegister... Each>
struct SystemRegisters {
    std::array<std::uint64_t, sizeof...(Each)> values;

    // Inline, and two at once, so that one instruction stores both: each change of world does it, and half of
    // what that costs is here.
    [[gnu::always_inline]] void save (hal::Cpu &cpu) {
        std::size_t i          = 0;
        std::uint64_t previous = 0;
        const auto save_one    = [&] (std::uint64_t value) {
            if (i % 2 != 0) {
                values[i - 1] = previous;
                values[i]     = value;
            }
            previous = value;
            ++i;
        };
        (save_one (cpu.read<Each> ()), ...);
        values.back () = previous;
    }

    [[gnu::always_inline]] void restore (hal::Cpu &cpu) const {
        std::size_t i = 0;
        (cpu.write<Each> (values[i++]), ...);
    }
};

/// What EL1 and EL0 have beside general and FP registers, that both a host and a guest use directly; but for what turns
/// stage 1 on. In the order of enum ravelin_register.
using El1Registers =
    SystemRegisters<hal::sysreg::cpacr_el1, hal::sysreg::csselr_el1, hal::sysreg::ttbr0_el1, hal::sysreg::ttbr1_el1,
                    hal::sysreg::spsr_el1, hal::sysreg::elr_el1, hal::sysreg::sp_el0, hal::sysreg::sp_el1,
                    hal::sysreg::afsr0_el1, hal::sysreg::afsr1_el1, hal::sysreg::esr_el1, hal::sysreg::far_el1,
                    hal::sysreg::par_el1, hal::sysreg::mair_el1, hal::sysreg::amair_el1, hal::sysreg::vbar_el1,
                    hal::sysreg::contextidr_el1, hal::sysreg::tpidr_el1, hal::sysreg::tpidr_el0,
                    hal::sysreg::tpidrro_el0, hal::sysreg::cntkctl_el1>;

/// V0-V31 with their control and status.
struct FpRegisters {
    hal::FpState vectors;
    std::uint64_t fpcr;
    std::uint64_t fpsr;

    /// CPTR_EL2 must not trap them.
    void save (hal::Cpu &cpu) {
        cpu.save_fp (vectors);
        fpcr = cpu.read<hal::sysreg::fpcr> ();
        fpsr = cpu.read<hal::sysreg::fpsr> ();
    }
    void restore (hal::Cpu &cpu) const {
        cpu.load_fp (vectors);
        cpu.write<hal::sysreg::fpcr> (fpcr);
        cpu.write<hal::sysreg::fpsr> (fpsr);
    }
};

/// What every change of world exchanges of the host and a vCPU. Of the host, all but its general-purpose registers is
/// here only while a guest runs.
struct Context {
    alignas (16) Registers registers;  // which the vectors save and restore
    std::uint64_t pc;
    std::uint64_t pstate;
    El1Registers el1;
    Stage1Control stage1;

    [[gnu::always_inline]] void save (hal::Cpu &cpu) {
        pc     = cpu.read<hal::sysreg::elr_el2> ();
        pstate = cpu.read<hal::sysreg::spsr_el2> ();
        el1.save (cpu);
        stage1.save (cpu);
    }

    [[gnu::always_inline]] void restore (hal::Cpu &cpu) const {
        el1.restore (cpu);
        stage1.restore (cpu);
        cpu.write<hal::sysreg::elr_el2> (pc);
        cpu.write<hal::sysreg::spsr_el2> (pstate);
    }
};

}  // namespace ravelin
