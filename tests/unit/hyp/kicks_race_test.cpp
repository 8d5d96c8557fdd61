// SPDX-License-Identifier: BSD-2-Clause

// A kick that is sent while its target leaves, or takes another: in many orders of what the two CPUs do.

#include "tests/unit/hyp/vgic_machine.hpp"
#include "tests/unit/race/with_schedules.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;

class KicksRace : public testing::Test {
  protected:
    [[nodiscard]] auto hal (std::uint32_t number) -> hal::Cpu & { return machine.cpu (number).hal (); }
    [[nodiscard]] auto is_pending () -> bool { return machine.cpu (1).physical (gicd::cpendsgir + 12) >> 24 != 0; }
    void send (std::uint32_t from) { kicks.send (hal (from), gic, CpuIndex{1}); }

    /// CPU 1 is in a guest. CPU 0 sends it a kick, and at the same time it does @p other; @p then is what comes of
    /// that.
    void race (const std::function<void ()> &other, const std::function<void (const std::string &)> &then) {
        with_schedules (2, [&] (const Race &race) {
            kicks.begin (hal (1), gic);
            const auto schedule = race ({[this] { send (0); }, other});
            then (schedule);
        });
    }

    VgicMachine machine;
    const Gic gic{machine.machine ().hypervisor ().platform ().gic};
    Kicks kicks;
};
}  // namespace

TEST_F (KicksRace, nothing_that_was_sent_reaches_the_host_of_one_that_has_left) {
    race ([this] { kicks.end (hal (1), gic); },
          [this] (const std::string &schedule) {
              EXPECT_FALSE (is_pending ()) << schedule;
              send (0);
              EXPECT_FALSE (is_pending ()) << "it's in its host; " << schedule;
          });
}

TEST_F (KicksRace, one_that_takes_a_kick_can_be_kicked_again_after_that) {
    race (
        [this] {
            send (2);
            kicks.take (hal (1), gic);
        },
        [this] (const std::string &schedule) {
            send (2);
            EXPECT_TRUE (is_pending ()) << schedule;
            kicks.end (hal (1), gic);
            EXPECT_FALSE (is_pending ()) << schedule;
        });
}

}  // namespace ravelin
