// SPDX-License-Identifier: BSD-2-Clause
#include "call.hpp"
#include "hyp/abi/psci.h"
#include "tests.hpp"

using namespace el1;
using namespace el1::gic;

// What a machine with nothing below it does otherwise, being QEMU: ../README.md says what and why. Only virtual
// machines are asked.

namespace interrupts {

namespace {
constexpr std::uint32_t zero = free_spi;      // of group 0
constexpr std::uint32_t one  = free_spi + 1;  // of group 1

void prepare_groups (std::uint32_t interface_control,
                     std::uint32_t distributor_control = enable_group0 | enable_group1) {
    fresh_gic ();
    prepare_spi (zero);
    prepare_spi (one);
    set_distributor (gicd_igroupr0 + one / 8, 1U << one % 32);
    set_distributor (gicd_ctlr, distributor_control);
    set_interface (gicc_ctlr, interface_control);
}

void identity () {
    Test test{"the distributor is a GIC-400's"};
    test.equal ("IIDR", distributor (gicd_iidr), 0x0200'143b);
}

void five_bits () {
    Test test{"a priority has five bits"};
    fresh_gic ();
    set_priority (free_spi, 0xff);
    test.equal ("what it keeps", distributor_byte (gicd_ipriorityr + free_spi), 0xf8);
    set_interface (gicc_pmr, 0xff);
    test.equal ("PMR", interface (gicc_pmr), 0xf8);
    set_interface (gicc_bpr, 0);
    test.equal ("BPR", interface (gicc_bpr), usual_bpr);
}

void ppis_are_levels () {
    Test test{"PPIs are level-sensitive"};
    set_distributor (gicd_icfgr0 + 4, all);
    test.equal ("ICFGR", distributor (gicd_icfgr0 + 4), 0);
}

void no_target () {
    Test test{"an SPI without a target waits for one"};
    fresh_gic ();
    prepare_spi (free_spi);
    set_targets (free_spi, 0);
    const Taking taking;
    set_pending (free_spi);
    expect_log (test, 0, {});
    test.expect ("it is pending", is_pending (free_spi));
    set_targets (free_spi, 1);
    expect_log (test, 0, {free_spi});
}

void several_targets (Cpus &cpus) {
    constexpr unsigned rounds = 50;
    Test test{"an SPI with several targets is taken by one of them each time"};
    fresh_gic ();
    cpus.all (fresh_interface);
    enable (free_spi);
    set_targets (free_spi, 0b1110);
    const auto taken = [] {
        return log_of (1).count_of (free_spi) + log_of (2).count_of (free_spi) + log_of (3).count_of (free_spi);
    };
    cpus.while_others_take ([&] {
        for (unsigned round = 1; round <= rounds; ++round) {
            set_pending (free_spi);
            static_cast<void> (wait_until (patience, [&] { return taken () >= round && !is_active (free_spi); }));
            test.about ("round", round);
            test.equal ("how often it was taken", taken (), round);
        }
        settle ();
        test.equal ("how often it was taken in the end", taken (), rounds);
        // One that comes too late for an interrupt may read 1023.
        test.equal ("not by the CPU that isn't one of them", log_of (0).count_of (free_spi), 0);
    });
}

void absent_cpus () {
    Test test{"the target registers have no bits for CPUs that aren't there"};
    fresh_gic ();
    set_targets (free_spi, 0xf6);
    test.equal ("what is kept", distributor_byte (gicd_itargetsr0 + free_spi), 0b0110);
}

void reserved_filter () {
    Test test{"an SGI with the reserved filter goes nowhere"};
    fresh_gic ();
    const Taking taking;
    set_distributor (gicd_sgir, 3U << 24 | 1U << 16 | 5);
    expect_log (test, 0, {});
}

void others_ppis (Cpus &cpus) {
    Test test{"another CPU's PPIs can't be cleared"};
    fresh_gic ();
    cpus.run (1, fresh_interface);
    set_pending (free_ppi);
    cpus.run (1, [] { clear_pending (free_ppi); });
    test.expect ("it is still pending", is_pending (free_ppi));
}

void hidden_group () {
    Test test{"what is pending in a group that is off doesn't hide what is pending in the other"};
    prepare_groups (enable_group0 | enable_group1 | ack_ctl, enable_group1);
    const Taking taking;
    set_pending (zero);
    set_pending (one);
    expect_log (test, 0, {one});
}

void power () {
    Test test{"CPU_ON refuses an entry outside RAM, and there is no level above the lowest"};
    constexpr std::uint64_t device    = 0x0900'0000;
    constexpr std::uint64_t unaligned = 0x4000'0002;
    for (const auto entry : {device, unaligned}) {
        test.about ("entry", entry);
        test.status ("CPU_ON", psci_status (hvc (PSCI_CPU_ON_64, 1, entry, 0)), PSCI_INVALID_ADDRESS);
    }
    test.status ("AFFINITY_INFO", psci_status (hvc (PSCI_AFFINITY_INFO_64, 0, 1)), PSCI_INVALID_PARAMETERS);
}
}  // namespace

void test_differences (Cpus &cpus) {
    identity ();
    five_bits ();
    ppis_are_levels ();
    no_target ();
    several_targets (cpus);
    absent_cpus ();
    reserved_filter ();
    others_ppis (cpus);
    hidden_group ();
    power ();
    fresh_gic ();
}

}  // namespace interrupts
