// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

#include <array>

using namespace el1;
using namespace el1::gic;

// The distributor as a set of registers.  [IHI 0048B, 4.3]

namespace interrupts {

namespace {
void what_it_is () {
    Test test{"the distributor says how many interrupts and CPUs there are"};
    test.equal ("TYPER", distributor (gicd_typer), (cpu_count - 1) << 5 | (intids / 32 - 1));
    set_distributor (gicd_typer, all);
    test.equal ("TYPER that was written", distributor (gicd_typer), (cpu_count - 1) << 5 | (intids / 32 - 1));
    constexpr std::array<std::uint32_t, 12> id{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};
    for (unsigned i = 0; i < id.size (); ++i) {
        const std::uint64_t offset = 0xfd0 + std::uint64_t{i} * 4;
        test.about ("offset", offset);
        test.equal ("an identification register", distributor (offset), id.at (i));
    }
}

void control () {
    Test test{"the distributor's control has a bit for each group, and no other"};
    fresh_gic ();
    for (const std::uint32_t bits : {0U, 1U, 2U, 3U}) {
        set_distributor (gicd_ctlr, bits);
        test.equal ("CTLR", distributor (gicd_ctlr), bits);
    }
    set_distributor (gicd_ctlr, all);
    test.equal ("CTLR of ones", distributor (gicd_ctlr), enable_group0 | enable_group1);
}

void bits_of_spis () {
    Test test{"enable, group, pending, active: a bit for each SPI that others don't change"};
    fresh_gic ();
    for (std::uint32_t spi = first_spi; spi < intids; spi += 32) {
        test.about ("the word of SPI", spi);
        const auto offset            = spi / 8;
        constexpr std::uint32_t some = 0x8421'0ff1;
        constexpr std::uint32_t less = 0x0020'0010;
        for (const auto &[set, clear] :
             {std::pair{gicd_isenabler0, gicd_icenabler0}, std::pair{gicd_isactiver0, gicd_icactiver0}}) {
            set_distributor (set + offset, some);
            test.equal ("set", distributor (set + offset), some);
            set_distributor (set + offset, 0);
            test.equal ("zeros change nothing", distributor (set + offset), some);
            set_distributor (clear + offset, less);
            test.equal ("cleared", distributor (clear + offset), some & ~less);
            set_distributor (clear + offset, all);
            test.equal ("all cleared", distributor (set + offset), 0);
        }
        set_distributor (gicd_igroupr0 + offset, some);
        test.equal ("group", distributor (gicd_igroupr0 + offset), some);
        set_distributor (gicd_igroupr0 + offset, 0);
        test.equal ("group cleared", distributor (gicd_igroupr0 + offset), 0);
    }
    constexpr std::uint32_t without_devices = free_spi / 8;
    set_distributor (gicd_ispendr0 + without_devices, 0xf00f'f00f);
    set_distributor (gicd_icpendr0 + without_devices, 0x0000'ffff);
    test.equal ("pending", distributor (gicd_ispendr0 + without_devices), 0xf00f'0000);
    set_distributor (gicd_icpendr0 + without_devices, all);
    test.equal ("pending cleared", distributor (gicd_icpendr0 + without_devices), 0);
}

void priorities () {
    Test test{"a priority is a byte, written alone or with three others"};
    fresh_gic ();
    for (const std::uint32_t first : {16U, free_spi, intids - 4}) {
        test.about ("INTID", first);
        set_distributor (gicd_ipriorityr + first, 0x0818'4090);
        test.equal ("a byte of a word", distributor_byte (gicd_ipriorityr + first + 1), 0x40);
        set_distributor_byte (gicd_ipriorityr + first + 2, 0xf8);
        test.equal ("a word with a byte", distributor (gicd_ipriorityr + first), 0x08f8'4090);
    }
    set_distributor (gicd_ipriorityr, 0x1020'3040);
    test.equal ("an SGI's", distributor_byte (gicd_ipriorityr + 3), 0x10);
}

void configuration () {
    Test test{"an SPI is level-sensitive or edge-triggered, by a bit of two"};
    fresh_gic ();
    for (std::uint32_t spi = first_spi; spi < intids; spi += 16) {
        const auto offset = gicd_icfgr0 + spi / 4;
        test.about ("offset", offset);
        set_distributor (offset, all);
        test.equal ("all edge-triggered", distributor (offset), 0xaaaa'aaaa);
        set_distributor (offset, 0x0008'0020);
        test.equal ("two of them", distributor (offset), 0x0008'0020);
        set_distributor (offset, 0);
        test.equal ("none", distributor (offset), 0);
    }
}

/// Where a GIC with as many INTIDs has no register, or none that keeps anything.
void nothing_there () {
    constexpr std::array<std::uint64_t, 20> offsets{
        0x00c, 0x010, 0x01c, 0x020, 0x03c, 0x040,                              // reserved, or the implementation's
        0x0a4, 0x0fc, 0x124, 0x17c, 0x1a4, 0x224, 0x2a4, 0x324, 0x3a4, 0x3fc,  // INTIDs that aren't there
        0x520, 0x920, 0xc48, 0xcfc,
    };
    Test test{"where the distributor has no register it reads as zero and ignores writes"};
    fresh_gic ();
    for (const auto offset : offsets) {
        test.about ("offset", offset);
        set_distributor (offset, all);
        test.equal ("what is read", distributor (offset), 0);
    }
    test.equal ("CTLR is as it was", distributor (gicd_ctlr), enable_group0);
}

void interface_registers () {
    Test test{"the CPU interface's registers keep what they should"};
    fresh_gic ();
    for (const std::uint32_t mask : {0x00U, 0x08U, 0x50U, 0xf0U, 0xf8U}) {
        set_interface (gicc_pmr, mask);
        test.equal ("PMR", interface (gicc_pmr), mask);
    }
    for (const std::uint32_t bits :
         {0U, enable_group0, enable_group0 | enable_group1 | ack_ctl | fiq_en, enable_group0 | eoi_mode}) {
        set_interface (gicc_ctlr, bits);
        test.equal ("CTLR", interface (gicc_ctlr), bits);
    }
    fresh_gic ();
    test.equal ("RPR", interface (gicc_rpr), idle);
    test.equal ("HPPIR", interface (gicc_hppir), spurious);
    test.equal ("IAR", interface (gicc_iar), spurious);
    set_interface (gicc_eoir, spurious);
    test.equal ("RPR after the end of nothing", interface (gicc_rpr), idle);
}
}  // namespace

void test_registers (Cpus & /*cpus*/) {
    what_it_is ();
    control ();
    bits_of_spis ();
    priorities ();
    configuration ();
    nothing_there ();
    interface_registers ();
}

}  // namespace interrupts
