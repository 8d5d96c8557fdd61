// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/hal/hal.hpp"
#include "sim/machine/violation.hpp"
#include "sim/race/replay.hpp"
#include "sim/race/turns.hpp"
#include "tests/unit/hyp/vgic_machine.hpp"
#include "tests/unit/race/with_schedules.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ravelin::sim::race {

namespace {
using test::Jobs;
using test::VgicMachine;
using test::with_schedules;

/// Says its name, so many times.
[[nodiscard]] auto steps_of (char name, unsigned times, std::string &order) -> std::function<void ()> {
    return [&order, name, times] {
        for (unsigned i = 0; i < times; ++i) {
            Preemption::point ();
            order += name;
        }
    };
}

void run_as (Turns &turns, const Jobs &jobs, std::string_view schedule) {
    const Schedule parsed = *parse_schedule (schedule);
    Replay replay{parsed};
    turns.run (jobs, replay);
}
}  // namespace

TEST (Turns, let_another_cpu_go_first_at_every_operation) {
    std::string order;
    Turns turns{2};

    run_as (turns, {steps_of ('a', 3, order), steps_of ('b', 3, order)}, "0*2 1*3 0*2 1*9");
    EXPECT_EQ (order, "abbaab");
    EXPECT_EQ (to_text (turns.schedule ()), "0*2 1*3 0*2 1*1");
}

TEST (Turns, do_again_what_a_schedule_says) {
    std::string order;
    Turns turns{2};
    with_schedules (2, [&] (const test::Race &race) {
        order.clear ();
        const auto schedule = race ({steps_of ('a', 5, order), steps_of ('b', 5, order)});
        const auto first    = std::exchange (order, "");
        run_as (turns, {steps_of ('a', 5, order), steps_of ('b', 5, order)}, schedule);
        ASSERT_EQ (order, first) << schedule;
    });
}

TEST (Turns, say_when_each_cpu_was_at_it) {
    const auto job = [] {
        Preemption::point ();
    };
    Turns turns{2};

    run_as (turns, {job, job}, "0*2 1*2");
    EXPECT_LT (turns.span (0).end, turns.span (1).begin) << "one was over before the other began";
    run_as (turns, {job, job}, "0*1 1*1 0*1 1*1");
    EXPECT_LT (turns.span (1).begin, turns.span (0).end);
}

TEST (Turns, let_the_other_go_on_while_one_waits) {
    hal::Shared<std::uint32_t> ready{0};
    const auto wait = [&ready] {
        while (ready.load_acquire () == 0) {
            Preemption::wait ();
        }
    };
    with_schedules (2, [&] (const test::Race &race) {
        ready = hal::Shared<std::uint32_t>{0};
        race ({wait, [&ready] {
                   ready.store_release (1);
               }});
        EXPECT_EQ (ready.load_acquire (), 1U);
    });
}

TEST (Turns, that_never_end_are_a_violation) {
    hal::Shared<std::uint32_t> ready{0};
    const auto wait = [&ready] {
        while (ready.load_acquire () == 0) {
            Preemption::wait ();
        }
    };
    Turns turns{2};
    EXPECT_THROW (run_as (turns, {wait, wait}, ""), Violation);
}

TEST (Turns, throw_what_a_job_has_thrown_and_can_be_used_again) {
    bool done = false;
    Turns turns{2};
    EXPECT_THROW (run_as (turns,
                          {[] { throw std::runtime_error{"oh"}; },
                           [&done] {
                               done = true;
                           }},
                          ""),
                  std::runtime_error);
    EXPECT_TRUE (done);
    EXPECT_NO_THROW (run_as (turns, {[] {}, nullptr}, ""));
}

TEST (Turns, let_others_see_a_store_later_than_a_device) {
    hal::Shared<std::uint32_t> word{0};
    bool device = false;
    std::set<std::pair<bool, std::uint32_t>> seen;
    const auto send = [&] {
        word.store_release (1);
        Preemption::point ();
        device = true;
        Preemption::point ();
    };
    const auto receive = [&] {
        Preemption::point ();
        const bool there = device;
        seen.emplace (there, word.load_acquire ());
    };
    with_schedules (2, [&] (const test::Race &race) {
        word   = hal::Shared<std::uint32_t>{0};
        device = false;
        race ({send, receive});
    });
    EXPECT_TRUE (seen.contains ({true, 0})) << "the interrupt comes, and what it's about isn't there";
    EXPECT_TRUE (seen.contains ({true, 1}));
    EXPECT_TRUE (seen.contains ({false, 0}));
}

TEST (Turns, let_a_device_have_a_store_later_than_others_see_what_follows) {
    constexpr std::uint32_t group = 0x5a;
    VgicMachine machine;
    auto &sender   = machine.cpu (0).hal ();
    auto &receiver = machine.cpu (1).hal ();
    const Pa at    = machine.machine ().hypervisor ().platform ().gic.distributor.start + 0x84;  // GICD_IGROUPR1
    bool done      = false;
    std::set<std::pair<bool, bool>> seen;
    const auto send = [&] {
        sender.mmio_write (at, group);
        Preemption::point ();
        done = true;
        Preemption::point ();
    };
    const auto receive = [&] {
        Preemption::point ();
        const bool was_done = done;
        seen.emplace (was_done, receiver.mmio_read (at) == group);
    };
    with_schedules (2, [&] (const test::Race &race) {
        receiver.mmio_write (at, 0);
        done = false;
        race ({send, receive});
        EXPECT_EQ (receiver.mmio_read (at), group) << "it's there in the end";
    });
    EXPECT_TRUE (seen.contains ({true, false})) << "what follows the store is done, and the device hasn't got it";
    EXPECT_TRUE (seen.contains ({true, true}));
    EXPECT_TRUE (seen.contains ({false, false}));
}

TEST (Turns, let_others_see_a_store_before_what_a_barrier_orders_behind_it) {
    hal::Shared<std::uint32_t> word{0};
    bool device      = false;
    const auto order = [&] (const std::function<void ()> &barrier) {
        bool early = false;
        with_schedules (2, [&] (const test::Race &race) {
            word            = hal::Shared<std::uint32_t>{0};
            device          = false;
            const auto send = [&] {
                word.store_release (1);
                barrier ();
                Preemption::point ();
                device = true;
                Preemption::point ();
            };
            const auto receive = [&] {
                Preemption::point ();
                const bool there = device;
                early |= there && word.load_acquire () == 0;
            };
            race ({send, receive});
        });
        return !early;
    };
    hal::Shared<std::uint32_t> other{0};
    EXPECT_TRUE (order ([] { Preemption::order (Ordered::all); })) << "DSB";
    EXPECT_TRUE (order ([&] { static_cast<void> (other.load_acquire ()); })) << "LDAR behind STLR";
    EXPECT_TRUE (order ([&] { static_cast<void> (other.exchange (0, 0)); })) << "so is an exchange";
    EXPECT_FALSE (order ([] {}));
}

TEST (Turns, keep_the_order_of_the_stores_of_a_cpu) {
    hal::Shared<std::uint32_t> first{0};
    hal::Shared<std::uint8_t> second{0};
    bool wrong       = false;
    bool early       = false;
    const auto write = [&] {
        first.store_release (7);
        second.store_release (9);
    };
    const auto read = [&] {
        const auto two = second.load_acquire ();
        const auto one = first.load_acquire ();
        wrong |= two == 9 && one != 7;
        early |= two == 0 && one == 7;
    };
    with_schedules (2, [&] (const test::Race &race) {
        first  = hal::Shared<std::uint32_t>{0};
        second = hal::Shared<std::uint8_t>{0};
        race ({write, read});
        EXPECT_EQ (first.load_acquire (), 7U) << "all is seen in the end";
        EXPECT_EQ (second.load_acquire (), 9U);
    });
    EXPECT_FALSE (wrong);
    EXPECT_TRUE (early);
}

}  // namespace ravelin::sim::race
