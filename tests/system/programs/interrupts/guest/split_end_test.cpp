// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

using namespace el1;
using namespace el1::gic;

// EOImode 1: EOIR drops the priority, DIR deactivates.  [IHI 0048B, 3.2.1, 4.4.2, 4.4.15]

namespace interrupts {

namespace {
/// Acknowledges and drops the priority.
[[nodiscard]] auto drop () -> std::uint32_t {
    const auto acknowledged = acknowledge ();
    set_interface (gicc_eoir, acknowledged);
    return acknowledged;
}

void deactivate (std::uint32_t acknowledged) {
    set_interface (gicc_dir, acknowledged);
}

void prepare () {
    fresh_gic ();
    set_interface (gicc_ctlr, enable_group0 | eoi_mode);
}

void one_interrupt (std::uint32_t intid, std::string_view kind) {
    Test test{"an interrupt whose priority was dropped stays active until it is deactivated", kind};
    prepare ();
    enable (intid);
    set_pending (intid);
    test.equal ("what is acknowledged", acknowledge (), intid);
    test.equal ("the priority that runs", interface (gicc_rpr), usual_priority);
    set_interface (gicc_eoir, intid);
    test.equal ("nothing runs", interface (gicc_rpr), idle);
    test.expect ("it is active", is_active (intid));
    set_pending (intid);
    test.equal ("it doesn't come", acknowledge_none (), spurious);
    deactivate (intid);
    test.expect ("it isn't active", !is_active (intid));
    test.equal ("it comes", acknowledge (), intid);
    set_interface (gicc_eoir, intid);
    deactivate (intid);
    test.expect ("it isn't active after that", !is_active (intid));
}

void sgi (Cpus &cpus) {
    constexpr std::uint32_t number = 8;
    constexpr std::uint32_t from_2 = 2U << 10 | number;
    Test test{"an SGI is deactivated with its sender"};
    prepare ();
    cpus.run (2, [] { gic::send (number, 1); });
    test.equal ("what is acknowledged", drop (), from_2);
    test.expect ("it is active", is_active (number));
    deactivate (from_2);
    test.expect ("it isn't active", !is_active (number));
}

void many () {
    constexpr unsigned count = 12;
    Test test{"twelve interrupts are active at once, and are deactivated in another order"};
    prepare ();
    for (std::uint32_t i = 0; i < count; ++i) {
        prepare_spi (free_spi + i);
        set_pending (free_spi + i);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        test.about ("interrupt", i);
        test.equal ("what is acknowledged", drop (), free_spi + i);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto intid = free_spi + (i * 5 + 3) % count;
        test.about ("interrupt", intid);
        test.expect ("it is active", is_active (intid));
        set_pending (intid);
        test.equal ("it doesn't come", acknowledge_none (), spurious);
        deactivate (intid);
        test.expect ("it isn't active", !is_active (intid));
        test.equal ("it comes", drop (), intid);
        deactivate (intid);
    }
    test.equal ("nothing is left", acknowledge_none (), spurious);
}

void lower_comes () {
    Test test{"while an interrupt is active and its priority dropped, one of lower priority comes"};
    prepare ();
    prepare_spi (free_spi, 0x20);
    prepare_spi (free_spi + 1, 0x90);
    set_pending (free_spi);
    const auto first = acknowledge ();
    set_pending (free_spi + 1);
    test.equal ("the first", first, free_spi);
    test.equal ("the other doesn't come yet", acknowledge_none (), spurious);
    set_interface (gicc_eoir, first);
    test.equal ("now it does", acknowledge (), free_spi + 1);
    deactivate (first);
    test.expect ("the first isn't active, the other is", !is_active (free_spi) && is_active (free_spi + 1));
    test.equal ("the other's priority runs", interface (gicc_rpr), 0x90);
    set_interface (gicc_eoir, free_spi + 1);
    deactivate (free_spi + 1);
    test.expect ("neither is active", !is_active (free_spi) && !is_active (free_spi + 1));
}
}  // namespace

void test_split_end (Cpus &cpus) {
    one_interrupt (free_ppi, "PPI");
    one_interrupt (free_spi, "SPI");
    sgi (cpus);
    many ();
    lower_comes ();
    fresh_gic ();
}

}  // namespace interrupts
