// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"
#include "sim/machine/each_register.hpp"
#include "sim/machine/processor.hpp"
#include "sim/machine/random.hpp"

#include <cstddef>

namespace ravelin::fuzz {

/// Host and guests use registers of which no call says anything: between two traps all of them change, so that one
/// which isn't saved, or isn't given back, is another's. For who compares them; a fuzzer has better things to do.
class Stir {
  public:
    static inline bool on = false;

    /// Whoever is on @p cpu has executed something.
    void operator() (sim::Processor &cpu, Registers &registers) {
        if (!on) { return; }
        for (std::size_t i = first_unused; i < registers.x.size (); ++i) {
            registers.x[i] = random_.next ();
        }
        auto &hal = cpu.hal ();
        sim::for_each_register<sim::el1_registers> ([&]<hal::SystemRegister Which> () { stir<Which> (hal); });
        constexpr Bits64 fp_traps{10, 10};  // CPTR_EL2.TFP
        if (!fp_traps.any (hal.read<hal::sysreg::cptr_el2> ())) {
            hal::FpState fp;
            for (auto &half : fp.halves) {
                half = random_.next ();
            }
            hal.load_fp (fp);
        }
    }

  private:
    static constexpr std::size_t first_unused = 8;  // X0-X7 have arguments and results

    template <hal::SystemRegister Which>
    void stir (hal::Cpu &hal) {
        using namespace hal::sysreg;
        // Not what translates, nor what isn't EL1's alone.
        constexpr bool mine =
            Which != sctlr_el1 && Which != tcr_el1 && Which != mdscr_el1 && Which != fpcr && Which != fpsr;
        if constexpr (mine) { hal.write<Which> (random_.next ()); }
    }

    sim::Random random_{1};
};

}  // namespace ravelin::fuzz
