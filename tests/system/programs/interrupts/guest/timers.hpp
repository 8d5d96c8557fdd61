// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "system_register.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace interrupts {

/// One of the generic timer's two timers at EL1, of this CPU.  [ARM DDI 0487, D11.2]
struct Timer {
    static constexpr std::uint64_t enable  = 1U << 0;
    static constexpr std::uint64_t imask   = 1U << 1;
    static constexpr std::uint64_t istatus = 1U << 2;
    static constexpr std::uint64_t never   = ~0ULL;

    std::string_view name;
    std::uint32_t intid;
    std::uint64_t (*count) ();  // behind everything that came before
    std::uint64_t (*control) ();
    void (*set_control) (std::uint64_t);
    std::uint64_t (*compare) ();
    void (*set_compare) (std::uint64_t);
    std::uint64_t (*to_go) ();
    void (*set_to_go) (std::uint64_t);

    /// Lets it fire at @p when.
    void start (std::uint64_t when) const {
        set_compare (when);
        set_control (enable);
    }

    void stop () const { set_control (0); }
};

template <el1::SystemRegister Count>
[[nodiscard]] auto counted () -> std::uint64_t {
    asm volatile ("isb" ::: "memory");
    return el1::read<Count> ();
}

inline constexpr Timer virtual_timer{
    "virtual timer",
    27,
    counted<el1::sysreg::cntvct_el0>,
    el1::read<el1::sysreg::cntv_ctl_el0>,
    el1::write<el1::sysreg::cntv_ctl_el0>,
    el1::read<el1::sysreg::cntv_cval_el0>,
    el1::write<el1::sysreg::cntv_cval_el0>,
    el1::read<el1::sysreg::cntv_tval_el0>,
    el1::write<el1::sysreg::cntv_tval_el0>,
};

inline constexpr Timer physical_timer{
    "physical timer",
    30,
    counted<el1::sysreg::cntpct_el0>,
    el1::read<el1::sysreg::cntp_ctl_el0>,
    el1::write<el1::sysreg::cntp_ctl_el0>,
    el1::read<el1::sysreg::cntp_cval_el0>,
    el1::write<el1::sysreg::cntp_cval_el0>,
    el1::read<el1::sysreg::cntp_tval_el0>,
    el1::write<el1::sysreg::cntp_tval_el0>,
};

inline constexpr std::array timers{&virtual_timer, &physical_timer};

}  // namespace interrupts
