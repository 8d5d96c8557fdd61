// SPDX-License-Identifier: BSD-2-Clause
#include "images.hpp"
#include "interrupts.hpp"
#include "others.hpp"
#include "storm.hpp"
#include "vms/guest_test.hpp"
#include "vms/host/helper.hpp"
#include "vms/host/reach.hpp"

#include <array>
#include <optional>

// The host's own interrupts while guests run on all of its CPUs.

namespace interrupts {

namespace {
constexpr unsigned cpus        = 4;
constexpr std::uint64_t intids = 64;

void print_lateness (const Storm &storm, std::string_view which) {
    constexpr std::uint64_t million = 1'000'000;
    const auto frequency            = el1::read<el1::sysreg::cntfrq_el0> ();
    std::uint64_t latest            = 0;
    std::uint64_t sum               = 0;
    std::uint64_t count             = 0;
    std::uint64_t sgis              = 0;
    std::uint64_t lost              = 0;
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        const Tally &tally = storm.tally (cpu);
        latest             = std::max (latest, tally.latest);
        sum += tally.lateness;
        count += tally.ticks;
        sgis += tally.sent;
        lost += tally.ticks_set - tally.ticks + tally.sent - storm.arrived_from (cpu);
    }
    el1::print ("storm, ", which, ": host interrupts lost ", lost, " of ", count + sgis);
    el1::print ("; timer late, microseconds: mean ", sum * million / frequency / (count == 0 ? 1 : count), ", most ",
                latest * million / frequency, "\n");
}

void expect_nothing_lost (el1::Test &test, const Storm &storm) {
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        const Tally &tally = storm.tally (cpu);
        test.about ("CPU", cpu);
        test.equal ("VCPU_RUN that failed", tally.refused, 0);
        test.expect ("its timer ran out often enough", tally.ticks >= Storm::ticks);
        test.equal ("timer interrupts", tally.ticks, tally.ticks_set);
        test.equal ("SGIs that came of those that it sent", storm.arrived_from (cpu), tally.sent);
        test.expect ("it sent some", tally.sent > 0);
        test.expect ("its guest stormed", tally.asked > 0);
        test.equal ("Ravelin's SGIs that reached the host", tally.taken.count[ravelins_sgi], 0);
        test.equal ("interrupts that aren't its own", tally.taken.others, 0);
    }
}

/// Four vCPUs of one VM.
void one_vm (bool is_plain) {
    vms::Vm vm{vms::arena (0), {.is_plain = is_plain, .vcpus = cpus, .intids = intids}, vms::images::storm ()};
    Storm storm;
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        vm.add_vcpu (cpu, cpus);
        storm.put (cpu, vm, cpu);
    }
    storm.run (cpus);
    print_lateness (storm, vms::kind_name (is_plain));
    el1::Test test{"the host loses no interrupt while four vCPUs storm", vms::kind_name (is_plain)};
    expect_nothing_lost (test, storm);
}

/// Four VMs of both kinds.
void four_vms () {
    std::array<std::optional<vms::Vm>, cpus> machines;
    Storm storm;
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        machines.at (cpu).emplace (vms::arena (cpu), vms::Shape{.is_plain = cpu % 2 == 0, .intids = intids},
                                   vms::images::storm ());
        machines.at (cpu)->add_vcpu (0, 1);
        storm.put (cpu, *machines.at (cpu), 0);
    }
    storm.run (cpus);
    print_lateness (storm, "four VMs");
    el1::Test test{"the host loses no interrupt while four VMs storm"};
    expect_nothing_lost (test, storm);
}

/// A vCPU that a helper runs until the host interrupts it.
struct Turn {
    explicit Turn (vms::Vm &that) : vm{that} {}

    vms::Vm &vm;
    vms::Exit exit{};
    Taken taken;
};

void run_until_interrupted (void *argument) {
    auto &turn = *static_cast<Turn *> (argument);
    listen ();
    do {
        turn.exit = vms::vcpu_run (turn.vm.handle (), 0);
        if (turn.exit.cause == RAVELIN_EXIT_PAGE) { turn.vm.feed (vms::Ipa{turn.exit.x2}, turn.exit.is_write ()); }
    } while (turn.exit.status == 0 && turn.exit.cause == RAVELIN_EXIT_PAGE);
    take_interrupts (turn.taken, el1::stop_timer);
}

/// The host sends Ravelin's SGI to a CPU that runs a guest.
void ravelins_own_sgi () {
    constexpr unsigned rounds = 200;
    el1::Test test{"Ravelin's SGI, sent by the host to a CPU that runs a guest, never reaches the host"};
    vms::Vm vm{vms::arena (0), {.is_plain = true, .intids = intids}, vms::images::spin ()};
    vm.add_vcpu ();
    vm.feed (vms::Ipa{GUEST_PAGE}, true);
    const auto counted = [&] {
        return vms::try_load (vm.page_for (vms::Ipa{GUEST_PAGE})).value_or (0);
    };
    const auto goes_on = [&] {
        const auto before = counted ();
        return el1::wait_until (el1::patience, [&] { return counted () > before; });
    };
    Turn turn{vm};
    vms::Helper helper{1};
    helper.start (run_until_interrupted, &turn);
    test.expect ("the guest begins", goes_on ());
    for (unsigned round = 0; round < rounds; ++round) {
        el1::gic::send (ravelins_sgi, 0b10);
        if (round % 20 == 0) { test.expect ("the guest goes on", goes_on ()); }
    }
    test.expect ("the guest still goes on", goes_on ());
    helper.interrupt ();
    helper.wait ();
    test.equal ("the exit's cause", turn.exit.cause, RAVELIN_EXIT_INTERRUPT);
    test.equal ("the host's SGI", turn.taken.count[wake_sgi], 1);
    test.equal ("Ravelin's SGI", turn.taken.count[ravelins_sgi], 0);
}
}  // namespace

void test_host_interrupts () {
    ravelins_own_sgi ();
    for (const bool is_plain : vms::both_kinds) {
        one_vm (is_plain);
    }
    four_vms ();
}

}  // namespace interrupts
