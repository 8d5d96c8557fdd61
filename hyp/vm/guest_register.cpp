// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_register.hpp"

#include "hyp/host/syndrome.hpp"

#include <optional>

namespace ravelin {

namespace {
constexpr hal::SystemRegister actlr_el1{3, 0, 1, 0, 1};
constexpr hal::SystemRegister oslsr_el1{2, 0, 1, 1, 4};

// OSLSR_EL1: the OS lock is there, and unlocked.  [ARM DDI 0487, D17.3.18]
constexpr std::uint64_t os_lock = 1U << 3;

/// Registers that control debugging from EL1, and the channel to a debugger. Not those of trace.
[[nodiscard]] auto is_debug (hal::SystemRegister which) -> bool {
    return which.op0 == 2 && (which.op1 == 0 || which.op1 == 3);
}

[[nodiscard]] auto is_id (hal::SystemRegister which) -> bool {
    return which.op0 == 3 && which.op1 == 0 && which.crn == 0 && which.crm >= 1 && which.crm <= 7;
}

[[nodiscard]] auto value_of (const Vm &vm, const Vcpu &vcpu, const GuestFeatures &features, hal::SystemRegister which)
    -> std::optional<std::uint64_t> {
    if (is_id (which)) { return features.read (which.crm, which.op2, vm.ipa_bits); }
    if (which == hal::sysreg::mdscr_el1) { return vcpu.mdscr; }
    if (which == oslsr_el1) { return os_lock; }
    return is_debug (which) || which == actlr_el1 ? std::optional<std::uint64_t>{0} : std::nullopt;
}

[[nodiscard]] auto write (Vcpu &vcpu, hal::SystemRegister which, std::uint64_t value) -> bool {
    if (which == hal::sysreg::mdscr_el1) {
        vcpu.mdscr = value;
        return true;
    }
    return is_debug (which) || which == actlr_el1;
}
}  // namespace

auto register_of (std::uint64_t syndrome) -> hal::SystemRegister {
    using namespace esr::access;
    const auto narrow = [syndrome] (Bits64 field) {
        return static_cast<std::uint8_t> (field.get (syndrome));
    };
    return {narrow (op0), narrow (op1), narrow (crn), narrow (crm), narrow (op2)};
}

auto access_guest_register (const Vm &vm, Vcpu &vcpu, const GuestFeatures &features, Registers &registers,
                            std::uint64_t syndrome) -> bool {
    const auto which  = register_of (syndrome);
    const auto number = static_cast<unsigned> (esr::access::target.get (syndrome));
    if (!esr::access::read.any (syndrome)) { return write (vcpu, which, registers.read (number)); }
    const auto value = value_of (vm, vcpu, features, which);
    if (value) { registers.write (number, *value); }
    return value.has_value ();
}

}  // namespace ravelin
