// SPDX-License-Identifier: BSD-2-Clause

// A kick that is sent while its target leaves, or takes another: every order of what the two CPUs do.

#include "sim/machine/fiber.hpp"
#include "sim/machine/preemption.hpp"
#include "tests/unit/hyp/vgic_machine.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;
using sim::Fiber;

/// Lets two functions take turns, wherever another CPU could notice what they do.
class Turns : public sim::Preemption {
  public:
    Turns () { current = this; }
    Turns (const Turns &)                     = delete;
    auto operator= (const Turns &) -> Turns & = delete;
    ~Turns () override { current = nullptr; }

    void reached () override { running_->suspend (); }

    /// Continues @p fiber up to where another could go first, @p times at the most.
    void go (Fiber &fiber, unsigned times) {
        running_ = &fiber;
        for (; times != 0 && !fiber.finished (); --times) {
            fiber.resume ();
        }
    }

  private:
    Fiber *running_{};
};

class KicksRace : public testing::Test {
  protected:
    static constexpr unsigned more_than_a_kick_takes = 30;

    [[nodiscard]] auto hal (std::uint32_t number) -> hal::Cpu & { return machine.cpu (number).hal (); }
    [[nodiscard]] auto is_pending () -> bool { return machine.cpu (1).physical (gicd::cpendsgir + 12) >> 24 != 0; }
    void send (std::uint32_t from) { kicks.send (hal (from), gic, CpuIndex{1}); }

    /// CPU 0 sends CPU 1 a kick, and gets as far as @p head; CPU 1 does @p other, and each goes on by turns.
    void race (unsigned head, const std::function<void ()> &other) {
        Fiber sender{[this] {
            send (0);
        }};
        Fiber target{other};
        Turns turns;
        turns.go (sender, head);
        for (unsigned i = 0; i < more_than_a_kick_takes && !(sender.finished () && target.finished ()); ++i) {
            turns.go (target, more_than_a_kick_takes);
            turns.go (sender, 1);
        }
        turns.go (target, more_than_a_kick_takes);
        ASSERT_TRUE (sender.finished () && target.finished ());
    }

    VgicMachine machine;
    const Gic gic{machine.machine ().hypervisor ().platform ().gic};
    Kicks kicks;
};
}  // namespace

TEST_F (KicksRace, nothing_that_was_sent_reaches_the_host_of_one_that_has_left) {
    for (unsigned head = 0; head < more_than_a_kick_takes; ++head) {
        kicks.begin (hal (1), gic);
        race (head, [this] { kicks.end (hal (1), gic); });
        EXPECT_FALSE (is_pending ()) << head;
        send (0);
        EXPECT_FALSE (is_pending ()) << "it's in its host; " << head;
    }
}

TEST_F (KicksRace, one_that_takes_a_kick_can_be_kicked_again_after_that) {
    for (unsigned head = 0; head < more_than_a_kick_takes; ++head) {
        kicks.begin (hal (1), gic);
        send (2);
        race (head, [this] { kicks.take (hal (1), gic); });
        send (2);
        EXPECT_TRUE (is_pending ()) << head;
        kicks.end (hal (1), gic);
        EXPECT_FALSE (is_pending ()) << head;
    }
}

}  // namespace ravelin
