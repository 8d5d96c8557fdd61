// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

namespace ravelin::sim {

/// What EL2 has done to a CPU's system registers in a trap and may not rely on before an ISB. The trap itself
/// synchronizes where it begins and where it ends.  [ARM DDI 0487, D13.1.2, D8.14]
class Unsynchronized {
  public:
    /// A trap begins, or ends; outside of traps nobody asks.
    void enter () { *this = Unsynchronized{true}; }
    void leave () { *this = Unsynchronized{false}; }

    /// ISB.
    void synchronize () { fp_ = translation_ = false; }

    /// MSR of @p which.
    void write (hal::SystemRegister which) {
        if (which == hal::sysreg::cptr_el2) { fp_ = in_trap_; }
        if (which == hal::sysreg::par_el1) { translation_ = false; }
    }

    /// AT, which writes PAR_EL1.
    void translate () { translation_ = in_trap_; }

    /// Whether FP registers may still trap, or not yet: CPTR_EL2 says so later.
    [[nodiscard]] auto fp () const -> bool { return fp_; }

    /// Whether PAR_EL1 may not have the translation yet.
    [[nodiscard]] auto translation () const -> bool { return translation_; }

    constexpr Unsynchronized () = default;

  private:
    explicit constexpr Unsynchronized (bool in_trap) : in_trap_{in_trap} {}

    bool in_trap_{};
    bool fp_{};
    bool translation_{};
};

}  // namespace ravelin::sim
