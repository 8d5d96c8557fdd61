// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "sim/machine/el1_holder.hpp"
#include "sim/machine/random.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/exception_record.hpp"
#include "sim/unicorn/translated_pages.hpp"

#include <array>
#include <cstdint>

namespace ravelin::sim {

/// Whether translation depends on @p which. Some of Unicorn's own ways to write these keep what its TLB holds.
[[nodiscard]] constexpr auto steers_translation (hal::SystemRegister which) -> bool {
    using namespace hal::sysreg;
    return which == sctlr_el1 || which == tcr_el1 || which == ttbr0_el1 || which == ttbr1_el1 || which == mair_el1 ||
           which == vttbr_el2 || which == vtcr_el2 || which == hcr_el2;
}

/// Keeps the registers of the hypervisor's CPU and of Unicorn's the same. The hypervisor writes those that
/// control EL1, and when it changes worlds all of EL1's own; it gets those that it reads, no others: most
/// traps touch none.
class El2Registers : public El1Holder {
  public:
    /// All outlive the registers.
    /// @param code  what Unicorn has translated
    El2Registers (Emulator &emulator, hal::Cpu &cpu, TranslatedPages &code)
        : emulator_{emulator}, cpu_{cpu}, code_{code} {}

    /// EL1 and EL0 have stopped: the hypervisor sees EL1's registers as they are.
    void enter_el2 () { cpu_.show_el1 (*this); }

    /// Sets the return registers of the hypervisor's CPU for an exception to EL2 that PC and PSTATE are those
    /// of.
    void set_return ();

    /// Sets its syndrome registers too.
    /// @param random  draws what HPFAR_EL2 holds where the architecture leaves it open
    void set_syndrome (const ExceptionRecord &exception, Random &random);

    /// EL1 and EL0 go on: gives Unicorn all that the hypervisor has changed, and where to go on.
    /// @return  whether other code than before may be at an address
    [[nodiscard]] auto leave_el2 () -> bool;

    /// Makes Unicorn forget what this CPU was told to forget since the last call.
    /// @return  whether it was told to
    [[nodiscard]] auto obey_maintenance () -> bool;

    [[nodiscard]] auto read_el1 (hal::SystemRegister which) -> std::uint64_t override;
    [[nodiscard]] auto read_fp () -> hal::FpState override { return emulator_.fp (); }

  private:
    /// @return  whether translation may be another one
    [[nodiscard]] auto give_el1 () -> bool;

    Emulator &emulator_;
    hal::Cpu &cpu_;
    TranslatedPages &code_;
    /// What Unicorn has of each register of EL2, so that only changes are written.
    std::array<std::uint64_t, hal::sysreg::all.size ()> known_{};
    bool complete_{};
    std::uint64_t translations_dropped_{};
    std::uint64_t code_dropped_{};
};

}  // namespace ravelin::sim
