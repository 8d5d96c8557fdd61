// SPDX-License-Identifier: BSD-2-Clause
#include "guests/wires.hpp"
#include "host_interrupts.hpp"
#include "hyp/abi/status.h"
#include "images.hpp"
#include "interrupts.hpp"
#include "system_register.hpp"
#include "vms/guest_test.hpp"

// A guest whose wires the host raises and lowers.

namespace interrupts {

using guest::Wish;

namespace {
constexpr std::uint64_t intids = 96;

/// Does what guests/wires.cpp wishes.
class WireGuide final : public vms::Guide {
  public:
    explicit WireGuide (const vms::Vm &vm) : vm_{vm} {}

    auto answer (std::uint64_t asked) -> std::uint64_t override {
        const auto number = asked >> guest::wish_bits;
        switch (static_cast<Wish> (asked & ((1U << guest::wish_bits) - 1))) {
        case Wish::lower:              set (number, 0); break;
        case Wish::raise:              set (number, 1); break;
        case Wish::raise_when_waiting: later_ = number; break;
        case Wish::count:              count_ = number; break;
        }
        return 0;
    }

    /// The guest waits for what it has asked for.
    [[nodiscard]] auto has_to_wake () -> bool {
        if (later_ == 0) { return false; }
        is_told_ = set (later_, 1) == 1;
        later_   = 0;
        return true;
    }

    /// The virtual count that the guest has read.
    [[nodiscard]] auto count () const -> std::uint64_t { return count_; }

    /// Whether the host was told to run the vCPU that waited.
    [[nodiscard]] auto is_told () const -> bool { return is_told_; }

  private:
    /// Returns which vCPUs are to be run.
    auto set (std::uint64_t intid, std::uint64_t level) -> std::uint64_t {
        const vms::Result result = vms::vm_call (RAVELIN_VM_SET_LINE, vm_.handle (), intid, level);
        vms::must ("VM_SET_LINE", result.status);
        return result.value;
    }

    const vms::Vm &vm_;
    std::uint64_t later_{};
    std::uint64_t count_{};
    bool is_told_{};
};

[[nodiscard]] auto physical_count () -> std::uint64_t {
    return el1::read<el1::sysreg::cntpct_el0> ();
}

void wires (bool is_plain) {
    el1::print ("guest: wires, ", vms::kind_name (is_plain), "\n");
    el1::Test test{"a guest sees its wires rise and fall, and the time that it was given", vms::kind_name (is_plain)};
    vms::Vm vm{vms::arena (0), {.is_plain = is_plain, .intids = intids}, vms::images::wires ()};
    const auto start = physical_count ();
    vms::must ("VM_SET_TIME", vms::vm_call (RAVELIN_VM_SET_TIME, vm.handle (), start).status);
    vm.add_vcpu ();
    WireGuide guide{vm};
    vms::Vcpu vcpu{vm, 0, &guide};
    auto last = vms::Step::served;
    while (last == vms::Step::served || last == vms::Step::waits) {
        last = vcpu.step ();
        if (last == vms::Step::waits) { test.expect ("it waits for a wire that is to rise", guide.has_to_wake ()); }
    }
    test.expect ("the guest finished with nothing failed", last == vms::Step::finished && vcpu.failures () == 0);
    test.expect ("the host was told whom to wake", guide.is_told ());
    test.expect ("its count began at zero", guide.count () <= physical_count () - start);
}
}  // namespace

void test_wires () {
    // Ravelin's own interrupts, too, come by the distributor that the host has turned on.
    listen ();
    for (const bool is_plain : vms::both_kinds) {
        wires (is_plain);
    }
}

}  // namespace interrupts
