// SPDX-License-Identifier: BSD-2-Clause
#include "gic.hpp"
#include "host_calls.hpp"
#include "hyp/abi/psci.h"
#include "machine.hpp"
#include "others.hpp"
#include "report.hpp"

#include <array>
#include <atomic>

using namespace el1;

namespace host_calls {

namespace {
constexpr std::uint32_t wake_sgi  = 15;  // Ravelin's own
constexpr std::uint32_t other_sgi = 3;
constexpr std::uint32_t an_spi    = 100;  // that no device of either board uses here

constinit std::atomic<std::uint32_t> target_mask{0};  // the target's bit in GICD_SGIR's list
constinit std::atomic<std::uint64_t> arrivals{0};
constinit std::atomic<std::uint32_t> running_priority{0};  // of the target when it arrived
constinit std::atomic<std::uint32_t> active{0};            // and which of its own interrupts were active then

/// Puts the GIC back as it was, from a CPU that is on; the banked registers are the CPU's own.
void tidy_gic () {
    using namespace gic;
    set_distributor (gicd_ctlr, enable);
    set_distributor (gicd_icenabler0, all);
    set_distributor (gicd_icactiver0, all);
    set_distributor (gicd_igroupr0, 0);
    // Ends whatever is active, so that the running priority drops.
    set_interface (gicc_ctlr, enable);
    for (std::uint32_t interrupt = 0; interrupt < 32 && interface (gicc_rpr) != idle; ++interrupt) {
        set_interface (gicc_eoir, interrupt);
    }
    set_interface (gicc_ctlr, 0);
}

void set_priority (std::uint32_t interrupt, std::uint32_t priority) {
    const auto word  = gic::gicd_ipriorityr + (interrupt & ~3U);
    const auto shift = interrupt % 4 * 8;
    gic::set_distributor (word, (gic::distributor (word) & ~(0xffU << shift)) | priority << shift);
}

void activate (std::uint32_t sgi) {
    gic::enable_own (sgi);
    set_priority (sgi, 0);
    gic::send (sgi, target_mask);
    static_cast<void> (
        wait_until (patience, [sgi] { return (gic::interface (gic::gicc_iar) & gic::intid_mask) == sgi; }));
}

/// What a host may do to keep a CPU asleep: at that CPU before it goes, and at the first CPU when it has
/// gone.
struct Trick {
    std::string_view name;
    void (*on_target) ();
    void (*on_first) ();
};

void nothing () {}

constexpr std::array tricks{
    Trick{"nothing", nothing, nothing},
    Trick{"its interrupts off and masked",
          [] {
              gic::set_distributor (gic::gicd_icenabler0, gic::all);
              gic::set_interface (gic::gicc_pmr, 0);
              gic::set_interface (gic::gicc_ctlr, 0);
          },
          nothing},
    Trick{"the distributor off", nothing,
          [] {
              gic::set_distributor (gic::gicd_ctlr, 0);
          }},
    Trick{"the distributor off, and its interrupts", [] { gic::set_distributor (gic::gicd_icenabler0, gic::all); },
          [] {
              gic::set_distributor (gic::gicd_ctlr, 0);
          }},
    Trick{"all its priorities lowest",
          [] {
              for (std::uint32_t interrupt = 0; interrupt < 32; ++interrupt) {
                  set_priority (interrupt, 0xff);
              }
          },
          nothing},
    Trick{"all its interrupts in group 1, which is off", [] { gic::set_distributor (gic::gicd_igroupr0, gic::all); },
          nothing},
    Trick{"another SGI active at the highest priority", [] { activate (other_sgi); }, nothing},
    Trick{"the wake SGI active", [] { activate (wake_sgi); }, nothing},
    Trick{"everything set active", [] { gic::set_distributor (gic::gicd_isactiver0, gic::all); }, nothing},
    Trick{"ends that only drop the priority",
          [] {
              constexpr std::uint32_t eoi_mode = 1U << 9;
              activate (wake_sgi);
              gic::set_interface (gic::gicc_ctlr, gic::enable | eoi_mode);
              gic::set_interface (gic::gicc_eoir, wake_sgi);
          },
          nothing},
    Trick{"its timer firing at the highest priority",
          [] {
              gic::enable_own (timer_interrupt);
              set_priority (timer_interrupt, 0);
              set_timer (now ());
          },
          nothing},
    Trick{"a flood of the wake SGI", nothing,
          [] {
              for (int i = 0; i < 1000; ++i) {
                  gic::send (wake_sgi, target_mask);
              }
          }},
    Trick{"a flood of every SGI", nothing,
          [] {
              for (std::uint32_t i = 0; i < 1000; ++i) {
                  gic::send (i % 16, target_mask);
              }
          }},
    Trick{"a device's interrupt for it at the highest priority", nothing,
          [] {
              constexpr std::uint64_t enable_set  = gic::gicd_isenabler0 + an_spi / 32 * 4;
              constexpr std::uint64_t pending_set = 0x200 + an_spi / 32 * 4;  // GICD_ISPENDR
              constexpr std::uint32_t bit         = 1U << an_spi % 32;
              const std::uint64_t targets         = gic::gicd_itargetsr0 + (an_spi & ~3U);
              set_priority (an_spi, 0);
              gic::set_distributor (targets, target_mask << an_spi % 4 * 8);
              gic::set_distributor (enable_set, bit);
              gic::set_distributor (pending_set, bit);
          }},
};

void learn_mask_and_trick (void *trick) {
    target_mask = gic::distributor (gic::gicd_itargetsr0) & 0xff;
    static_cast<const Trick *> (trick)->on_target ();
    ++arrivals;
}

void arrive_and_tidy (void *) {
    running_priority = gic::interface (gic::gicc_rpr);
    active           = gic::distributor (gic::gicd_isactiver0);
    stop_timer ();
    tidy_gic ();
    ++arrivals;
}

[[nodiscard]] auto arrives (std::uint64_t seen) -> bool {
    return wait_until (patience, [seen] { return arrivals == seen + 1; });
}

/// Plays @p trick on the CPU with @p index, and turns it on again.
/// @return  whether it came
[[nodiscard]] auto wakes_after (const Trick &trick, unsigned index) -> bool {
    Test test{"an off CPU comes back", trick.name};
    auto seen = arrivals.load ();
    test.status ("CPU_ON for the trick", start (index, learn_mask_and_trick, const_cast<Trick *> (&trick)),
                 PSCI_SUCCESS);
    test.expect ("it plays it", arrives (seen));
    test.expect ("it turns itself off", is_off_at_last (index));
    trick.on_first ();

    seen = arrivals.load ();
    test.status ("CPU_ON", start (index, arrive_and_tidy, nullptr), PSCI_SUCCESS);
    const bool came = arrives (seen);
    test.expect ("it arrives", came);
    test.expect ("it turns itself off afterwards", came && is_off_at_last (index));
    if (machine ().is_pi ()) {
        // There the CPU waited in Ravelin, which used its interface and puts it back as reset leaves it.
        test.equal ("its running priority", running_priority, gic::idle);
        test.equal ("its active interrupts", active, 0);
    }
    tidy_gic ();
    return test.passed ();
}

/// Turns the distributor off again and again for a while, and leaves it so.
void meddle (void *) {
    constexpr std::uint64_t milliseconds = 5;
    ++arrivals;
    for (const auto end = now () + ticks_of (milliseconds); now () < end;) {
        gic::set_distributor (gic::gicd_ctlr, 0);
        gic::send (wake_sgi, target_mask);
    }
}

void wakes_while_another_meddles (unsigned index, unsigned meddler) {
    constexpr std::uint64_t rounds = 20;

    Test test{"an off CPU comes back after another kept the distributor off"};
    for (std::uint64_t round = 0; round < rounds && test.passed (); ++round) {
        auto seen = arrivals.load ();
        test.about ("round", round);
        test.status ("CPU_ON of the other", start (meddler, meddle, nullptr), PSCI_SUCCESS);
        test.expect ("the other comes", arrives (seen));

        seen = arrivals.load ();
        test.status ("CPU_ON", start (index, arrive_and_tidy, nullptr), PSCI_SUCCESS);
        // A wake-up that the distributor swallowed is sent anew when the host asks how far the CPU is.
        test.expect ("it arrives", wait_until (patience, [&] {
                         static_cast<void> (affinity_info (machine ().cpus[index]));
                         return arrivals == seen + 1;
                     }));
        test.expect ("both turn themselves off", is_off_at_last (index) && is_off_at_last (meddler));
    }
    tidy_gic ();
}
}  // namespace

void test_parking () {
    tidy_gic ();
    unsigned index = 1;
    for (const Trick &trick : tricks) {
        if (index >= machine ().cpus.size ()) { return; }
        // A CPU that a trick has locked in is lost: the next one goes on.
        index += wakes_after (trick, index) ? 0 : 1;
    }
    if (index + 1 < machine ().cpus.size ()) { wakes_while_another_meddles (index, index + 1); }
}

}  // namespace host_calls
