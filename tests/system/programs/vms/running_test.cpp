// SPDX-License-Identifier: BSD-2-Clause
#include "gic.hpp"
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "host/helper.hpp"
#include "host/reach.hpp"
#include "hyp/abi/status.h"
#include "machine.hpp"
#include "synchronize.hpp"
#include "timer.hpp"
#include "vms.hpp"

// A guest that never comes back by itself: the host gets its CPU back, and what it may not do meanwhile is
// refused.

namespace vms {

namespace {
constexpr std::uint64_t patience = 10'000;  // milliseconds

/// A VM that counts for ever.
class Spinning {
  public:
    explicit Spinning (bool is_plain) : vm_{arena (0), {.is_plain = is_plain}, images::spin ()}, vcpu_{vm_} {
        vm_.add_vcpu ();
        vcpu_.mute ();
        // The page is the guest's from the start, so that the host sees nothing there but what the guest
        // counts.
        vm_.feed (Ipa{GUEST_PAGE}, true);
    }

    [[nodiscard]] auto vm () -> Vm & { return vm_; }
    [[nodiscard]] auto vcpu () -> Vcpu & { return vcpu_; }

    [[nodiscard]] auto count () const -> std::uint64_t {
        const auto page = vm_.page_for (Ipa{GUEST_PAGE});
        if (!try_load (page)) { return 0; }
        // The guest counts with its caches off: what the host's hold of it is what it read before.
        el1::clean_and_invalidate (reinterpret_cast<const void *> (el1::normal_window (page)), sizeof (std::uint64_t));
        return try_load (page).value_or (0);
    }

    /// Waits until it counts further than @p before; something else runs it.
    [[nodiscard]] auto counts_past (std::uint64_t before) const -> bool {
        return el1::wait_until (patience, [&] { return count () > before; });
    }

    /// Waits until it counts, and on.
    [[nodiscard]] auto counts () const -> bool { return counts_past (0) && counts_past (count ()); }

    /// Runs it until something else comes than a wish.
    [[nodiscard]] auto run () -> Step {
        auto last = Step::served;
        while (last == Step::served) {
            last = vcpu_.step ();
        }
        return last;
    }

  private:
    Vm vm_;
    Vcpu vcpu_;
};

/// One turn of the guest's, which the host's timer ends.
void expect_turn (el1::Test &test, Spinning &guest) {
    constexpr std::uint64_t milliseconds = 20;
    const auto deadline                  = el1::now () + el1::ticks_of (milliseconds);
    el1::set_timer (deadline);
    test.expect ("the exit is an interrupt", guest.run () == Step::interrupted);
    test.expect ("the deadline has passed", el1::now () >= deadline);
    const auto acknowledged = el1::gic::interface (el1::gic::gicc_iar);
    test.equal ("the interrupt", acknowledged & el1::gic::intid_mask, el1::timer_interrupt);
    el1::stop_timer ();
    el1::gic::set_interface (el1::gic::gicc_eoir, acknowledged);
}

void timer_brings_the_host_back (bool is_plain) {
    // A turn may end before the guest has got anywhere, but not all of them.
    constexpr unsigned most_turns = 100;
    constexpr unsigned rounds     = 5;

    el1::Test test{"the host's timer ends a guest's turn", kind_name (is_plain)};
    Spinning guest{is_plain};
    el1::gic::enable_own (el1::timer_interrupt);
    for (unsigned round = 0; round < rounds; ++round) {
        test.about ("round", round);
        const auto before = guest.count ();
        unsigned turns    = 0;
        while (guest.count () == before && turns < most_turns && test.passed ()) {
            expect_turn (test, guest);
            ++turns;
        }
        test.expect ("the guest has gone on", guest.count () > before);
    }
}

/// What the helper does: runs it until it is interrupted, and then once more.
struct Turn {
    Spinning guest;
    Step interrupted{};
    bool ended{};
    Step again{};
};

void run_until_interrupted (void *argument) {
    auto &turn       = *static_cast<Turn *> (argument);
    turn.interrupted = turn.guest.run ();
    turn.ended       = end_interrupt ();
    turn.again       = turn.guest.vcpu ().step ();
}

void running_vcpu_is_busy (bool is_plain) {
    el1::Test test{"what a running vCPU forbids is refused", kind_name (is_plain)};
    Turn turn{.guest = Spinning{is_plain}};
    const auto handle = turn.guest.vm ().handle ();
    Helper helper{1};
    helper.start (run_until_interrupted, &turn);
    test.expect ("the guest counts", turn.guest.counts ());

    const auto busy_or_denied = is_plain ? RAVELIN_BUSY : RAVELIN_DENIED;
    test.status ("VCPU_RUN", vcpu_run (handle, 0).status, RAVELIN_BUSY);
    test.status ("VCPU_GET", vm_call (RAVELIN_VCPU_GET, handle, 0, RAVELIN_REGISTER_PC).status, busy_or_denied);
    test.status ("VCPU_SET", vm_call (RAVELIN_VCPU_SET, handle, 0, RAVELIN_REGISTER_X0, 0).status, busy_or_denied);
    test.status ("VM_RECLAIM, not dying", vm_call (RAVELIN_VM_RECLAIM, handle).status, RAVELIN_DENIED);
    test.status ("VM_DESTROY", vm_call (RAVELIN_VM_DESTROY, handle).status, RAVELIN_SUCCESS);
    test.status ("VM_RECLAIM, dying", vm_call (RAVELIN_VM_RECLAIM, handle).status, RAVELIN_BUSY);
    test.status ("VCPU_RUN, dying", vcpu_run (handle, 0).status, RAVELIN_DENIED);
    test.expect ("it still counts", turn.guest.counts_past (turn.guest.count ()));

    helper.interrupt ();
    helper.wait ();
    test.expect ("the exit was an interrupt", turn.interrupted == Step::interrupted && turn.ended);
    test.expect ("it doesn't run again", turn.again == Step::refused);
    test.status ("its last VCPU_RUN", turn.guest.vcpu ().status (), RAVELIN_DENIED);
}
}  // namespace

void test_running () {
    for (const bool is_plain : both_kinds) {
        timer_brings_the_host_back (is_plain);
        if (el1::machine ().cpus.size () > 1) { running_vcpu_is_busy (is_plain); }
    }
}

}  // namespace vms
