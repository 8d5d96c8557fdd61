// SPDX-License-Identifier: BSD-2-Clause
#include "el2_counter.hpp"
#include "gic.hpp"
#include "hyp/abi/status.h"
#include "interrupts/guests/errands.hpp"
#include "program.hpp"
#include "timer.hpp"
#include "vms/guest_test.hpp"
#include "vms/guests/image.hpp"
#include "vms/host/helper.hpp"

#include <array>
#include <optional>

// Counts the instructions that EL2 spends on a guest's distributor and on its interrupts, under QEMU's -icount. The
// host has none of its own meanwhile, and executes nothing between two asks of a guest.

VMS_IMAGE (errands)

using namespace el1;
using guest::Errand;

namespace {
constexpr std::uint64_t few    = 100;  // times that an errand is run between two asks
constexpr std::uint64_t many   = 200;
constexpr std::uint64_t intids = 288;

/// What a guest has told, and what EL2 spent on it on this CPU.
struct Ask {
    std::uint64_t told;
    std::uint64_t spent;
};

/// Runs @p vcpu from one ask to the next.
[[nodiscard]] auto run_to_ask (vms::Vm &vm, unsigned vcpu) -> Ask {
    const auto before    = El2Counter::value ();
    const vms::Exit exit = vms::vcpu_run (vm.handle (), vcpu);
    const auto spent     = El2Counter::value () - before;
    if (exit.status != RAVELIN_SUCCESS || exit.x2 != GUEST_ASK) { give_up ("the guest came for something else"); }
    return {.told = exit.x4, .spent = spent};
}

[[nodiscard]] auto spent_to_ask (vms::Vm &vm, unsigned vcpu) -> std::uint64_t {
    return run_to_ask (vm, vcpu).spent;
}

/// Past the pages that the guest needs at first, to its first ask.
void warm_up (vms::Vm &vm, unsigned vcpu) {
    for (;;) {
        const vms::Exit exit = vms::vcpu_run (vm.handle (), vcpu);
        if (exit.status == RAVELIN_SUCCESS && exit.cause == RAVELIN_EXIT_PAGE) {
            vm.feed (vms::Ipa{exit.x2}, exit.is_write ());
        } else if (exit.status == RAVELIN_SUCCESS && exit.x2 == GUEST_ASK) {
            return;
        } else if (exit.status != RAVELIN_SUCCESS || exit.cause != RAVELIN_EXIT_WAKE) {
            give_up ("the guest doesn't begin");
        }
    }
}

[[nodiscard]] auto shape (bool is_plain, std::uint64_t vcpus) -> vms::Shape {
    return {.is_plain = is_plain, .vcpus = vcpus, .intids = intids};
}

/// @p times errands of one vCPU and an exit, the second time.
[[nodiscard]] auto run_alone (bool is_plain, Errand errand, std::uint64_t times) -> Ask {
    vms::Vm vm{vms::arena (0), shape (is_plain, 1), vms::images::errands ()};
    vm.add_vcpu (0, guest::errand (errand, times));
    warm_up (vm, 0);
    static_cast<void> (run_to_ask (vm, 0));
    return run_to_ask (vm, 0);
}

[[nodiscard]] auto spent_alone (bool is_plain, Errand errand, std::uint64_t times) -> std::uint64_t {
    return run_alone (is_plain, errand, times).spent;
}

/// The other vCPU, on another CPU.
struct Target {
    vms::Vm &vm;
    std::uint64_t spent;
};

void run_target (void *argument) {
    auto &target = *static_cast<Target *> (argument);
    const El2Counter counter;
    warm_up (target.vm, 1);
    static_cast<void> (spent_to_ask (target.vm, 1));
    target.spent = spent_to_ask (target.vm, 1);
}

/// What EL2 spends on @p times SGIs from one vCPU to another on both CPUs, and an exit on each, the second time.
[[nodiscard]] auto spent_on_ipis (bool is_plain, std::uint64_t times) -> std::uint64_t {
    vms::Vm vm{vms::arena (0), shape (is_plain, 2), vms::images::errands ()};
    vm.add_vcpu (0, guest::errand (Errand::send_ipi, times));
    vm.add_vcpu (1, guest::errand (Errand::take_ipi, times));
    Target target{.vm = vm, .spent = 0};
    vms::Helper helper{1};
    helper.start (run_target, &target);
    warm_up (vm, 0);
    static_cast<void> (spent_to_ask (vm, 0));
    const auto spent = spent_to_ask (vm, 0);
    helper.wait ();
    return spent + target.spent;
}

/// Prints what one errand costs, by what more of them do.
void report (std::string_view kind, std::string_view name, std::uint64_t spent_on_few, std::uint64_t spent_on_many) {
    print (kind, " ", name, " EL2 instructions ", (spent_on_many - spent_on_few + many - few - 1) / (many - few), "\n");
}

void measure (bool is_plain, std::string_view kind) {
    const auto alone = [&] (Errand errand, std::string_view name) {
        const auto spent_on_few = spent_alone (is_plain, errand, few);
        report (kind, name, spent_on_few, spent_alone (is_plain, errand, many));
        Test test{"an errand costs the same each time", name};
        test.equal ("the same again", spent_alone (is_plain, errand, few), spent_on_few);
    };
    alone (Errand::read_iidr, "gicd_iidr");
    alone (Errand::read_isenabler1, "gicd_isenabler1");
    // Up to its handler's first instruction, and with all that comes after that.
    print (kind, " timer EL2 instructions ", run_alone (is_plain, Errand::take_timer, few).told, "\n");
    alone (Errand::take_timer, "timer_and_end");
    const auto spent_on_few = spent_on_ipis (is_plain, few);
    report (kind, "virtual_ipi", spent_on_few, spent_on_ipis (is_plain, many));
}
}  // namespace

auto el1::run_program () -> End {
    const El2Counter counter;
    // Ravelin's own interrupts, too, come by the distributor that the host has turned on; a Helper does it for its CPU.
    gic::enable_own (timer_interrupt);
    measure (false, "protected");
    measure (true, "plain");
    return End::power_off;
}
