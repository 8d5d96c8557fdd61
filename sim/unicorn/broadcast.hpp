// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/translated_pages.hpp"

#include <cstdint>

namespace ravelin::sim {

/// How often any CPU has ordered all of them to forget what they have cached of memory. Each engine compares
/// that with what it saw last: only one executes at a time, so that it's soon enough when it goes on.
class Broadcast {
  public:
    /// Whether a system instruction is an order to forget: any TLBI or IC.
    /// @param which  the instruction, named as MRS names a register, with op0 = 1  [ARM DDI 0487, C5.3]
    [[nodiscard]] static constexpr auto is_order (hal::SystemRegister which) -> bool {
        return which.crn == tlbi || (which.crn == maintenance && (which.crm == 1 || which.crm == 5));
    }

    /// Whether it's an IC.
    [[nodiscard]] static constexpr auto is_about_code (hal::SystemRegister which) -> bool {
        return is_order (which) && which.crn == maintenance;
    }

    /// Whether an IC is one by address.
    [[nodiscard]] static constexpr auto is_about_a_line (hal::SystemRegister which) -> bool {
        return which.op1 == 3 && which.crm == 5;
    }

    /// Counts a system instruction that is such an order: a TLBI of the inner shareable domain, or an IC.
    /// @param which   the instruction, as above
    /// @param forced  HCR_EL2.FB: instructions for one CPU are for all
    void note (hal::SystemRegister which, bool forced) {
        constexpr std::uint8_t inner_shareable = 3;  // CRm
        constexpr std::uint8_t one_cpu         = 7;  // CRm

        const bool reaches_all = which.crm == inner_shareable || (forced && which.crm == one_cpu);
        addresses_ += which.crn == tlbi && reaches_all ? 1 : 0;
        const bool all_code = which.op1 == 0 && (which.crm == 1 || (forced && which.crm == 5));  // IC IALLU(IS)
        code_ += which.crn == maintenance && (all_code || is_about_a_line (which)) ? 1 : 0;
    }

    /// Makes @p emulator, and of code @p code, forget what has been ordered since @p seen was up to date, and updates
    /// that.
    /// @return  whether anything has been ordered
    auto obey (Emulator &emulator, TranslatedPages &code, Broadcast &seen) const -> bool {
        if (seen == *this) { return false; }
        if (addresses_ != seen.addresses_) { emulator.forget_addresses (); }
        if (code_ != seen.code_) { code.obey (); }
        seen = *this;
        return true;
    }

  private:
    // CRn
    static constexpr std::uint8_t tlbi        = 8;
    static constexpr std::uint8_t maintenance = 7;

    auto operator== (const Broadcast &) const -> bool = default;

    std::uint64_t addresses_{};
    std::uint64_t code_{};
};

}  // namespace ravelin::sim
