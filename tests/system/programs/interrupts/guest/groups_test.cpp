// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

using namespace el1;
using namespace el1::gic;

// Interrupts of groups 0 and 1, as a GIC without the security extension has them.  [IHI 0048B, 3.9, 4.4]

namespace interrupts {

namespace {
constexpr std::uint32_t zero        = free_spi;      // of group 0
constexpr std::uint32_t one         = free_spi + 1;  // of group 1
constexpr std::uint32_t other_group = 1022;          // INTID: what is pending is of group 1
constexpr std::uint32_t by_fiq      = 1U << 16;      // in a log

void prepare (std::uint32_t interface_control, std::uint32_t distributor_control = enable_group0 | enable_group1) {
    fresh_gic ();
    prepare_spi (zero);
    prepare_spi (one);
    set_distributor (gicd_igroupr0 + one / 8, 1U << one % 32);
    set_distributor (gicd_ctlr, distributor_control);
    set_interface (gicc_ctlr, interface_control);
}

void take_fiq () {
    const auto acknowledged = interface (gicc_iar);
    log_of (0).add (acknowledged | by_fiq);
    set_interface (gicc_eoir, acknowledged);
}

void acknowledge_control () {
    Test test{"AckCtl says whether IAR acknowledges group 1"};
    prepare (enable_group0 | enable_group1);
    set_pending (one);
    test.equal ("HPPIR without it", pending_at_last (other_group), other_group);
    test.equal ("IAR without it", acknowledge (), other_group);
    test.expect ("it isn't active", !is_active (one) && is_pending (one));
    set_interface (gicc_ctlr, enable_group0 | enable_group1 | ack_ctl);
    test.equal ("HPPIR", pending_at_last (one), one);
    test.equal ("IAR", acknowledge (), one);
    test.expect ("it is active", is_active (one));
    set_interface (gicc_eoir, one);
    test.expect ("it is ended", !is_active (one));
}

void enables () {
    Test test{"each group has its own enable bits, in the distributor and in the interface"};
    for (unsigned bits = 0; bits < 16; ++bits) {
        const std::uint32_t in_distributor = bits & 3;
        const std::uint32_t in_interface   = bits >> 2;
        test.about ("distributor and interface", in_distributor << 4 | in_interface);
        prepare (in_interface | ack_ctl, in_distributor);
        test.equal ("GICD_CTLR", distributor (gicd_ctlr), in_distributor);
        const Taking taking;
        unsigned taken = 0;
        for (const auto &[intid, group] : {std::pair{zero, enable_group0}, std::pair{one, enable_group1}}) {
            taken += (in_distributor & in_interface & group) != 0 ? 1 : 0;
            set_pending (intid);
            static_cast<void> (wait_until (patience, [&] { return log_of (0).count () >= taken; }));
            settle ();
            test.equal ("how many were taken", log_of (0).count (), taken);
            clear_pending (intid);
        }
    }
}

void by_irq_and_fiq () {
    Test test{"with FIQEn group 0 comes as FIQ, group 1 as IRQ"};
    prepare (enable_group0 | enable_group1 | ack_ctl | fiq_en);
    const Taking taking{take, take_fiq};
    set_pending (zero);
    expect_log (test, 0, {zero | by_fiq});
    set_pending (one);
    expect_log (test, 0, {zero | by_fiq, one});
}

void priority_counts () {
    Test test{"priorities count across groups"};
    prepare (enable_group0 | enable_group1 | ack_ctl);
    set_priority (one, usual_priority - 8);
    set_pending (zero);
    set_pending (one);
    const Taking taking;
    expect_log (test, 0, {one, zero});
}
}  // namespace

void test_groups (Cpus & /*cpus*/) {
    acknowledge_control ();
    enables ();
    by_irq_and_fiq ();
    priority_counts ();
    fresh_gic ();
}

}  // namespace interrupts
