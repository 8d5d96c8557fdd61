// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

#include <array>

using namespace el1;
using namespace el1::gic;

// Which interrupt comes, and which may come while another is being handled.  [IHI 0048B, 3.3]

namespace interrupts {

namespace {
constexpr unsigned levels      = 6;
constexpr std::uint32_t lowest = 0x80;  // priority of the first level
constexpr std::uint32_t step   = 0x10;

/// What nest() has seen.
struct Nest {
    std::atomic<unsigned> deepest;
    unsigned depth;
    std::array<std::uint32_t, levels> running;  // RPR at each depth
    std::array<std::uint32_t, levels> left;     // what was ended, in order
    unsigned ended;
};

constinit Nest nested{};

/// Handles level n: sets the next pending, and waits until that has been taken.
void nest () {
    const auto acknowledged = interface (gicc_iar);
    log_of (0).add (acknowledged);
    const unsigned depth      = nested.depth++;
    nested.running.at (depth) = interface (gicc_rpr);
    nested.deepest            = nested.depth;
    if (nested.depth < levels) {
        const Preemptible preemptible;
        set_pending (acknowledged + 1);
        static_cast<void> (wait_until (patience, [&] { return nested.deepest > depth + 1; }));
    }
    --nested.depth;
    nested.left.at (nested.ended++) = acknowledged;
    set_interface (gicc_eoir, acknowledged);
}

void nesting () {
    Test test{"six interrupts of rising priority preempt each other"};
    nested.deepest = 0;
    nested.ended   = 0;
    fresh_gic ();
    std::array<std::uint32_t, levels> expected{};
    for (unsigned level = 0; level < levels; ++level) {
        prepare_spi (free_spi + level, lowest - level * step);
        expected.at (level) = free_spi + level;
    }
    const Taking taking{nest};
    set_pending (free_spi);
    expect_log (test, 0, expected);
    for (unsigned level = 0; level < levels; ++level) {
        test.about ("level", level);
        test.equal ("the priority that ran", nested.running.at (level), lowest - level * step);
        test.equal ("what was ended", nested.left.at (levels - 1 - level), free_spi + level);
    }
    test.equal ("nothing runs", interface (gicc_rpr), idle);
}

/// Makes what follows pending in a handler, and looks whether it comes there.
constinit std::uint32_t next_interrupt      = 0;
constinit std::atomic<unsigned> came_within = 0;

void set_next () {
    const auto acknowledged = interface (gicc_iar);
    log_of (0).add (acknowledged);
    if (acknowledged != next_interrupt) {
        const Preemptible preemptible;
        set_pending (next_interrupt);
        settle ();
        came_within = log_of (0).count () - 1;
    }
    set_interface (gicc_eoir, acknowledged);
}

/// Whether an interrupt of @p priority comes while one of lowest is being handled, at binary point @p bpr.
void one_within_another (Test &test, std::uint32_t priority, std::uint32_t bpr, bool is_within) {
    fresh_gic ();
    set_interface (gicc_bpr, bpr);
    prepare_spi (free_spi + 1, lowest);
    prepare_spi (free_spi, priority);
    next_interrupt = free_spi;
    came_within    = 0;
    const Taking taking{set_next};
    set_pending (free_spi + 1);
    expect_log (test, 0, {free_spi + 1, free_spi});
    test.equal ("came within", came_within, is_within ? 1 : 0);
}

void what_preempts () {
    Test test{"only a higher priority preempts"};
    for (std::uint32_t priority = 0; priority < usual_pmr; priority += 8) {
        test.about ("priority", priority);
        one_within_another (test, priority, usual_bpr, priority < lowest);
    }
}

void binary_point () {
    Test test{"the binary point says which bits of a priority preempt"};
    constexpr std::uint32_t priority = lowest - 8;
    for (std::uint32_t bpr = usual_bpr; bpr < 8; ++bpr) {
        test.about ("binary point", bpr);
        const std::uint32_t group = ~0U << (bpr + 1);
        fresh_gic ();
        set_interface (gicc_bpr, bpr);
        test.equal ("BPR", interface (gicc_bpr), bpr);
        one_within_another (test, priority, bpr, (priority & group & 0xff) < (lowest & group & 0xff));
    }
    fresh_gic ();
}

void order () {
    Test test{"of several the highest priority comes first, of equal ones the lowest number"};
    fresh_gic ();
    prepare_spi (free_spi + 5, 0x40);
    prepare_spi (free_spi + 4, 0x20);
    prepare_spi (free_spi + 3, 0x60);
    prepare_spi (free_spi + 2, 0x40);
    prepare_spi (free_spi + 1, 0x60);
    prepare_spi (free_spi, 0x58);
    prepare_spi (free_ppi, 0x60);
    set_priority (3, 0x60);
    set_distributor (gicd_ispendr0 + free_spi / 8, 0x3f);
    set_pending (free_ppi);
    gic::send (3, 1);
    test.equal ("the highest pending one", pending_at_last (free_spi + 4), free_spi + 4);
    const Taking taking;
    expect_log (test, 0, {free_spi + 4, free_spi + 2, free_spi + 5, free_spi, 3, free_ppi, free_spi + 1, free_spi + 3});
}

void mask () {
    Test test{"the priority mask lets only higher priorities through"};
    fresh_gic ();
    prepare_spi (free_spi, 0x50);
    const Taking taking;
    set_interface (gicc_pmr, 0x50);
    test.equal ("PMR", interface (gicc_pmr), 0x50);
    set_pending (free_spi);
    expect_log (test, 0, {});
    test.expect ("it is pending", is_pending (free_spi));
    test.equal ("HPPIR doesn't say so", pending_at_last (spurious), spurious);
    set_interface (gicc_pmr, 0x58);
    expect_log (test, 0, {free_spi});
    set_interface (gicc_pmr, 0);
    set_priority (free_spi, 0);
    set_pending (free_spi);
    expect_log (test, 0, {free_spi});
    set_interface (gicc_pmr, 8);
    expect_log (test, 0, {free_spi, free_spi});
}

void changed_while_pending () {
    Test test{"a priority that changes while its interrupt is pending counts"};
    fresh_gic ();
    prepare_spi (free_spi, 0x50);
    prepare_spi (free_spi + 1, 0x60);
    set_pending (free_spi);
    set_pending (free_spi + 1);
    set_priority (free_spi + 1, 0x40);
    const Taking taking;
    expect_log (test, 0, {free_spi + 1, free_spi});
}
}  // namespace

void test_priorities (Cpus & /*cpus*/) {
    order ();
    mask ();
    nesting ();
    what_preempts ();
    binary_point ();
    changed_while_pending ();
}

}  // namespace interrupts
