// SPDX-License-Identifier: BSD-2-Clause
#include "wires.hpp"

#include "gic.hpp"
#include "guest.hpp"
#include "system_register.hpp"
#include "timer.hpp"

using namespace guest;
using namespace el1::gic;

// The wires that the host raises and lowers, and the time that it has set. Interrupts are masked: the guest looks for
// them.

namespace {
void set_bit (std::uint64_t registers, std::uint32_t intid) {
    set_distributor (registers + intid / 32 * 4, 1U << intid % 32);
}

[[nodiscard]] auto is_pending (std::uint32_t intid) -> bool {
    return (distributor (gicd_ispendr0 + intid / 32 * 4) >> intid % 32 & 1) != 0;
}

void prepare (std::uint32_t intid) {
    constexpr std::uint32_t words = 4;
    set_distributor (gicd_itargetsr0 + intid / words * words, 1U << intid % words * 8);
    set_bit (gicd_isenabler0, intid);
}

/// Acknowledges what comes in some time: what is written to a GIC takes a moment to have an effect.
[[nodiscard]] auto acknowledge () -> std::uint32_t {
    constexpr std::uint64_t milliseconds = 3;
    std::uint32_t acknowledged           = spurious;
    static_cast<void> (el1::wait_until (milliseconds, [&] {
        acknowledged = interface (gicc_iar);
        return acknowledged != spurious;
    }));
    return acknowledged;
}

/// And ends it.
[[nodiscard]] auto take () -> std::uint32_t {
    const auto acknowledged = acknowledge ();
    set_interface (gicc_eoir, acknowledged);
    return acknowledged;
}

void level () {
    constexpr std::uint32_t wire = level_wire;
    prepare (wire);
    check ("a low wire's interrupt isn't pending", !is_pending (wire));
    ask (raise (wire));
    check ("a high one's is", is_pending (wire));
    check_equal ("what is acknowledged", acknowledge (), wire);
    check ("it is pending while it is active", is_pending (wire));
    check_equal ("it doesn't come while it is active", interface (gicc_hppir), spurious);
    set_interface (gicc_eoir, wire);
    check_equal ("it comes again while the wire is high", acknowledge (), wire);
    ask (lower (wire));
    check ("it isn't pending when the wire is low", !is_pending (wire));
    set_interface (gicc_eoir, wire);
    check_equal ("nor does it come again", acknowledge (), spurious);
    ask (raise (wire));
    set_bit (gicd_icpendr0, wire);
    check ("a write can't make a high wire's interrupt not pending", is_pending (wire));
    ask (lower (wire));
    check_equal ("nobody has taken it, and it is gone", acknowledge (), spurious);
    set_bit (gicd_ispendr0, wire);
    ask (raise (wire));
    ask (lower (wire));
    check ("what a write has made pending stays when the wire goes low", is_pending (wire));
    check_equal ("it comes", take (), wire);
    check_equal ("once", take (), spurious);
    set_bit (gicd_icenabler0, wire);
    ask (raise (wire));
    check_equal ("a disabled one doesn't come", take (), spurious);
    set_bit (gicd_isenabler0, wire);
    check_equal ("it does when it is enabled", take (), wire);
    ask (lower (wire));
    check_equal ("the wire is low again", take (), spurious);
}

void edge () {
    constexpr std::uint32_t wire = edge_wire;
    prepare (wire);
    set_distributor (gicd_icfgr0 + wire / 16 * 4, 2U << wire % 16 * 2);
    ask (raise (wire));
    check_equal ("an edge-triggered wire's interrupt comes when it rises", take (), wire);
    check_equal ("and once", take (), spurious);
    ask (raise (wire));
    check_equal ("a wire that is high can't rise", take (), spurious);
    ask (lower (wire));
    check_equal ("nothing comes when it falls", take (), spurious);
    ask (raise (wire));
    ask (lower (wire));
    ask (raise (wire));
    check_equal ("it comes again when it rises", acknowledge (), wire);
    ask (lower (wire));
    ask (raise (wire));
    check ("it rises again while it is active, and is pending", is_pending (wire));
    set_interface (gicc_eoir, wire);
    check_equal ("so it comes once more", take (), wire);
    check_equal ("and that's all", take (), spurious);
    ask (lower (wire));
}

void wait () {
    constexpr std::uint32_t wire = level_wire;
    ask (raise_when_waiting (wire));
    while (el1::read<el1::sysreg::isr_el1> () == 0) {
        asm volatile ("wfi" ::: "memory");
    }
    check_equal ("a wire wakes a vCPU that waits", acknowledge (), wire);
    ask (lower (wire));
    set_interface (gicc_eoir, wire);
}
}  // namespace

void guest::run (const Start & /*start*/) {
    set_distributor (gicd_ctlr, enable);
    set_interface (gicc_pmr, lets_all);
    set_interface (gicc_ctlr, enable);
    level ();
    edge ();
    wait ();
    ask (virtual_count (el1::read<el1::sysreg::cntvct_el0> ()));
}
