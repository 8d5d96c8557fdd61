// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

#include <array>

using namespace el1;
using namespace el1::gic;

// Enabled, pending, active: set and cleared by this CPU and by another.  [IHI 0048B, 4.3.5 to 4.3.10]

namespace interrupts {

namespace {
struct Kind {
    std::string_view name;
    std::uint32_t intid;
    bool is_edge;
};

constexpr std::array kinds{
    Kind{"PPI", free_ppi, false},
    Kind{"level-sensitive SPI", free_spi, false},
    Kind{"edge-triggered SPI", free_spi + 1, true},
};

void prepare (const Kind &kind) {
    fresh_gic ();
    if (kind.intid >= first_spi) { set_edge (kind.intid, kind.is_edge); }
    enable (kind.intid);
}

void set_and_cleared (const Kind &kind) {
    Test test{"pending is set and cleared by writes", kind.name};
    prepare (kind);
    set_pending (kind.intid);
    test.expect ("it is pending", is_pending (kind.intid));
    test.expect ("ICPENDR says the same", bit (gicd_icpendr0, kind.intid));
    test.equal ("the highest pending one", pending_at_last (kind.intid), kind.intid);
    test.expect ("the CPU is told", read<sysreg::isr_el1> () != 0);
    clear_pending (kind.intid);
    test.expect ("it isn't any more", !is_pending (kind.intid));
    test.equal ("nothing is pending", pending_at_last (spurious), spurious);
    const Taking taking;
    expect_log (test, 0, {});
}

void taken_once (const Kind &kind) {
    Test test{"what software has set pending is taken once", kind.name};
    prepare (kind);
    const Taking taking;
    set_pending (kind.intid);
    expect_log (test, 0, {kind.intid});
    set_pending (kind.intid);
    expect_log (test, 0, {kind.intid, kind.intid});
    test.expect ("it isn't pending any more", !is_pending (kind.intid));
    test.expect ("nor active", !is_active (kind.intid));
}

void pending_again (const Kind &kind) {
    Test test{"an interrupt that is active can become pending again", kind.name};
    prepare (kind);
    set_pending (kind.intid);
    test.equal ("what is acknowledged", acknowledge (), kind.intid);
    test.expect ("it is active", is_active (kind.intid));
    test.expect ("and not pending", !is_pending (kind.intid));
    set_pending (kind.intid);
    test.expect ("now it is both", is_active (kind.intid) && is_pending (kind.intid));
    test.equal ("it doesn't come before it is ended", acknowledge_none (), spurious);
    set_interface (gicc_eoir, kind.intid);
    test.expect ("it isn't active any more", !is_active (kind.intid));
    test.equal ("it comes again", acknowledge (), kind.intid);
    set_interface (gicc_eoir, kind.intid);
    test.equal ("that was all", acknowledge_none (), spurious);
}

void kept_while_disabled (const Kind &kind) {
    Test test{"a disabled interrupt stays pending until it is enabled", kind.name};
    prepare (kind);
    const Taking taking;
    disable (kind.intid);
    test.expect ("it is disabled", !bit (gicd_isenabler0, kind.intid) && !bit (gicd_icenabler0, kind.intid));
    set_pending (kind.intid);
    expect_log (test, 0, {});
    test.expect ("it is pending", is_pending (kind.intid));
    enable (kind.intid);
    test.expect ("it is enabled", bit (gicd_isenabler0, kind.intid) && bit (gicd_icenabler0, kind.intid));
    expect_log (test, 0, {kind.intid});
}

void held_back (const Kind &kind) {
    Test test{"nothing comes while the distributor or the interface is off", kind.name};
    prepare (kind);
    const Taking taking;
    set_distributor (gicd_ctlr, 0);
    set_pending (kind.intid);
    expect_log (test, 0, {});
    set_interface (gicc_ctlr, 0);
    set_distributor (gicd_ctlr, enable_group0);
    expect_log (test, 0, {});
    set_interface (gicc_ctlr, enable_group0);
    expect_log (test, 0, {kind.intid});
}

void made_active (const Kind &kind) {
    Test test{"what software has set active doesn't come until it is cleared", kind.name};
    prepare (kind);
    const Taking taking;
    set_active (kind.intid);
    test.expect ("it is active", is_active (kind.intid) && bit (gicd_icactiver0, kind.intid));
    set_pending (kind.intid);
    expect_log (test, 0, {});
    clear_active (kind.intid);
    expect_log (test, 0, {kind.intid});
}

void made_inactive (const Kind &kind) {
    Test test{"what is active, and cleared by a write, comes again", kind.name};
    prepare (kind);
    set_pending (kind.intid);
    test.equal ("what is acknowledged", acknowledge (), kind.intid);
    clear_active (kind.intid);
    test.expect ("it isn't active", !is_active (kind.intid));
    set_pending (kind.intid);
    // The priority that runs is the interface's affair, and still there.
    test.equal ("it doesn't come at its own priority", acknowledge_none (), spurious);
    set_interface (gicc_eoir, kind.intid);
    test.equal ("it comes", acknowledge (), kind.intid);
    set_interface (gicc_eoir, kind.intid);
}

void active_sgi () {
    constexpr std::uint32_t sgi = 4;
    Test test{"an SGI that software has set active doesn't come until it is cleared"};
    fresh_gic ();
    const Taking taking;
    set_active (sgi);
    gic::send (sgi, 1);
    expect_log (test, 0, {});
    clear_active (sgi);
    expect_log (test, 0, {sgi});
}

void by_another_cpu (Cpus &cpus) {
    for (const Kind &kind : kinds) {
        if (kind.intid < first_spi) { continue; }
        Test test{"another CPU's writes to the state of an SPI count", kind.name};
        prepare (kind);
        const Taking taking;
        cpus.run (1, [&] { set_pending (kind.intid); });
        expect_log (test, 0, {kind.intid});
        cpus.run (2, [&] { set_active (kind.intid); });
        test.expect ("it is active", is_active (kind.intid));
        cpus.run (3, [&] { set_pending (kind.intid); });
        expect_log (test, 0, {kind.intid});
        cpus.run (1, [&] { clear_active (kind.intid); });
        expect_log (test, 0, {kind.intid, kind.intid});
        cpus.run (2, [&] {
            disable (kind.intid);
            set_pending (kind.intid);
        });
        expect_log (test, 0, {kind.intid, kind.intid});
        cpus.run (3, [&] {
            clear_pending (kind.intid);
            enable (kind.intid);
        });
        expect_log (test, 0, {kind.intid, kind.intid});
    }
}

void banked (Cpus &cpus) {
    constexpr std::uint32_t sgi = 7;
    Test test{"SGIs and PPIs are each CPU's own"};
    fresh_gic ();
    cpus.all (fresh_interface);
    enable (free_ppi);
    set_pending (free_ppi);
    set_active (free_ppi);
    set_active (sgi);
    set_priority (free_ppi, 0x10);
    bool touched = false;
    cpus.run (2, [&] {
        touched = bit (gicd_isenabler0, free_ppi) || is_pending (free_ppi) || is_active (free_ppi) || is_active (sgi) ||
                  distributor_byte (gicd_ipriorityr + free_ppi) != usual_priority;
    });
    test.expect ("another CPU sees nothing of it", !touched);
    test.expect ("this one does", is_pending (free_ppi) && is_active (free_ppi) && is_active (sgi));
    cpus.run (2, [&] {
        clear_active (free_ppi);
        clear_active (sgi);
    });
    test.expect ("nor can it change it", is_active (free_ppi) && is_active (sgi));
}
}  // namespace

void test_states (Cpus &cpus) {
    for (const Kind &kind : kinds) {
        set_and_cleared (kind);
        taken_once (kind);
        pending_again (kind);
        kept_while_disabled (kind);
        held_back (kind);
        made_active (kind);
        made_inactive (kind);
    }
    active_sgi ();
    by_another_cpu (cpus);
    banked (cpus);
}

}  // namespace interrupts
