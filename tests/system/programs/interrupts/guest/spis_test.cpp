// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

#include <array>

using namespace el1;
using namespace el1::gic;

// Which CPU an SPI goes to.  [IHI 0048B, 4.3.12]

namespace interrupts {

namespace {
void each_target (Cpus &cpus) {
    Test test{"an SPI goes to the CPU that its target register names"};
    fresh_gic ();
    cpus.all (fresh_interface);
    enable (free_spi);
    cpus.while_others_take ([&] {
        for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
            set_targets (free_spi, 1U << cpu);
            set_pending (free_spi);
            test.about ("CPU", cpu);
            expect_log (test, cpu, {free_spi});
        }
        for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
            test.about ("CPU", cpu);
            expect_log (test, cpu, {free_spi});
        }
    });
}

void registers () {
    Test test{"target registers keep what is written, and those of SGIs and PPIs name the reader"};
    fresh_gic ();
    set_targets (free_spi, 0b0110);
    test.equal ("an SPI's", distributor_byte (gicd_itargetsr0 + free_spi), 0b0110);
    set_distributor (gicd_itargetsr0 + free_spi, 0x0f0e'0d0c);
    test.equal ("four of them", distributor (gicd_itargetsr0 + free_spi), 0x0f0e'0d0c);
    test.equal ("one of the four", distributor_byte (gicd_itargetsr0 + free_spi + 2), 0x0e);
    for (std::uint32_t offset = 0; offset < first_spi; offset += 4) {
        set_distributor (gicd_itargetsr0 + offset, all);
        test.about ("offset", offset);
        test.equal ("of four SGIs or PPIs", distributor (gicd_itargetsr0 + offset), 0x0101'0101);
    }
}

void readers (Cpus &cpus) {
    Test test{"each CPU reads its own bit in the target registers of SGIs and PPIs"};
    std::array<std::uint32_t, cpu_count> read{};
    cpus.all ([&] { read.at (this_cpu ()) = distributor (gicd_itargetsr0); });
    for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
        test.about ("CPU", cpu);
        test.equal ("what it reads", read.at (cpu), 0x0101'0101U << cpu);
    }
}

void moved_while_pending (Cpus &cpus) {
    Test test{"a pending SPI moves with its target"};
    fresh_gic ();
    cpus.all (fresh_interface);
    enable (free_spi);
    set_targets (free_spi, 1);
    set_pending (free_spi);
    test.equal ("it is pending here", pending_at_last (free_spi), free_spi);
    set_targets (free_spi, 0b0100);
    test.equal ("it isn't any more", pending_at_last (spurious), spurious);
    cpus.while_others_take ([&] { expect_log (test, 2, {free_spi}); });
}
}  // namespace

void test_spis (Cpus &cpus) {
    registers ();
    readers (cpus);
    each_target (cpus);
    moved_while_pending (cpus);
}

}  // namespace interrupts
