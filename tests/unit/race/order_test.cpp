// SPDX-License-Identifier: BSD-2-Clause

// In which order steps at the same time may be said to have been taken.

#include "sim/machine/violation.hpp"
#include "tests/unit/race/race_machine.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ravelin::sim::race {

namespace {
using namespace explore;

/// Each CPU as far as its end, and all that it has stored, before the next; but the last one first for some moments.
class OneByOne : public Chooser {
  public:
    explicit OneByOne (const std::array<unsigned, 3> &order, unsigned moments = 0) : order_{order}, moments_{moments} {}

    [[nodiscard]] auto choose (std::uint32_t ready, unsigned /*last*/, bool waits) -> unsigned override {
        for (const unsigned party : {6 + order_[2], 3 + order_[2], order_[2]}) {
            if ((moments_ != 0 || waits) && (ready >> party & 1U) != 0) {
                if (moments_ != 0) { --moments_; }
                return party;
            }
        }
        for (const unsigned cpu : order_) {
            for (const unsigned party : {cpu, 3 + cpu, 6 + cpu}) {
                if ((ready >> party & 1U) != 0) { return party; }
            }
        }
        throw std::logic_error{"nobody can go on"};
    }

  private:
    std::array<unsigned, 3> order_;
    unsigned moments_;
};

/// What Ravelin and a VM have of that VM.
[[nodiscard]] auto bytes_of (ExploredMachine &machine, unsigned vm) -> std::span<std::uint8_t> {
    constexpr std::uint64_t size = Layout::pages_of_a_vm * page_size;

    const Pa start = Layout::control (vm);
    auto *const at = machine.machine ().bus ().find_ram ({start, size})->at (start);
    return {reinterpret_cast<std::uint8_t *> (at), size};
}

/// CPUs one after the other, an operation each; once, for one of them, a VM has what it hasn't.
class Glimpse : public Chooser {
  public:
    /// @param other    what it hasn't
    /// @param moments  until then
    Glimpse (std::span<std::uint8_t> vm, std::vector<std::uint8_t> other, unsigned moments)
        : vm_{vm}, own_{vm.begin (), vm.end ()}, other_{std::move (other)}, moments_{moments} {}

    [[nodiscard]] auto choose (std::uint32_t ready, unsigned last, bool /*waits*/) -> unsigned override {
        if (count_ == moments_) { std::ranges::copy (other_, vm_.begin ()); }
        if (count_ == moments_ + 1) { std::ranges::copy (own_, vm_.begin ()); }
        ++count_;
        for (const unsigned party : {1 - last, last, 2U, 3U, 4U}) {
            if ((ready >> party & 1U) != 0) { return party; }
        }
        return 5;
    }

    [[nodiscard]] auto is_over () const -> bool { return count_ > moments_ + 1; }

  private:
    std::span<std::uint8_t> vm_;
    std::vector<std::uint8_t> own_;
    std::vector<std::uint8_t> other_;
    unsigned moments_;
    unsigned count_{};
};

/// CPU 0 as far as its end, then CPU 1, to which what the other has changed in a VM comes late: as no machine may be.
class TooLate : public Chooser {
  public:
    /// @param moments  of CPU 1 until it sees that
    TooLate (ExploredMachine &machine, unsigned vm, unsigned moments)
        : vm_{bytes_of (machine, vm)}, before_{vm_.begin (), vm_.end ()}, moments_{moments} {}

    [[nodiscard]] auto choose (std::uint32_t ready, unsigned /*last*/, bool /*waits*/) -> unsigned override {
        constexpr std::array<unsigned, 4> order{0, 2, 4, 1};  // CPU 0, what it has stored, CPU 1
        for (const unsigned party : order) {
            if ((ready >> party & 1U) == 0) { continue; }
            if (party == 1 && !changed_) { hide (); }
            if (party == 1 && moments_-- == 0) { show (); }
            return party;
        }
        return (ready >> 3 & 1U) != 0 ? 3 : 5;
    }

    [[nodiscard]] auto has_shown () const -> bool { return shown_; }

  private:
    /// A byte that CPU 0 has changed.
    struct Change {
        std::size_t place;
        std::uint8_t to;
    };

    void hide () {
        changed_.emplace ();
        for (std::size_t i = 0; i < vm_.size (); ++i) {
            if (vm_[i] == before_[i]) { continue; }
            changed_->push_back ({i, vm_[i]});
            vm_[i] = before_[i];
        }
    }
    void show () {
        shown_ = true;
        for (const auto &[place, to] : *changed_) {
            vm_[place] = to;
        }
    }

    std::span<std::uint8_t> vm_;
    std::vector<std::uint8_t> before_;
    unsigned moments_;
    bool shown_{};
    std::optional<std::vector<Change>> changed_;
};

/// Three CPUs that want the same page: for a protected VM, for a plain one, for the host.
class RaceOfThree : public RaceTest {
  protected:
    RaceOfThree () : RaceTest{Scope{.protected_vms = 1, .pages = 2, .cpus = 3}} { take (join ({made (0), made (1)})); }

    const Way steps{on (0, donate (0, 0)),
                    {.cpu = 1, .action = Action::vm_lend, .vm = 1, .page = 0, .place = 0, .option = 1},
                    {.cpu = 2, .action = Action::host_store, .page = 0}};
};
/// Takes @p steps, one of each CPU, the second behind the first, and what that has done to VM @p vm comes too late: it
/// can't be told what it would be told if it had come first.
void expect_told_late (const Way &way, const Way &steps, unsigned vm) {
    constexpr unsigned longest = 200;

    for (unsigned moments = 1; moments < longest; ++moments) {
        ExploredMachine machine{Scope{}};
        take_all (machine, way);
        machine.mark ();
        Race race{machine, steps};
        Turns turns{2};
        TooLate chooser{machine, vm, moments};
        try {
            race.run (turns, chooser);
        } catch (const Violation &violation) {
            EXPECT_THAT (violation.what (), testing::HasSubstr ("(CPU 0, then 1: explorer: what CPU 1 finds)"));
            return;
        }
        ASSERT_TRUE (chooser.has_shown ()) << "CPU 1 was over before";
    }
    FAIL () << "it never made a difference";
}
}  // namespace

TEST (Raced, a_cpu_keeps_what_it_finds_in_the_middle) {
    constexpr unsigned longest = 30;

    bool found = false;
    for (unsigned moments = 0; moments < longest && !found; ++moments) {
        ExploredMachine machine{Scope{}};
        take_all (machine, join ({made (2), {run (2, 1)}}));
        machine.mark ();
        static_cast<void> (machine.take ({.action = Action::vm_lend, .vm = 2, .page = 0, .option = 1}));
        const auto bytes = bytes_of (machine, 2);
        const std::vector<std::uint8_t> lent{bytes.begin (), bytes.end ()};
        machine.go_back ();
        const Way steps{{.cpu = 0, .action = Action::vm_find}, guest (Action::guest_version, 1)};
        Race race{machine, steps};
        Turns turns{2};
        Glimpse chooser{bytes, lent, moments};
        try {
            race.run (turns, chooser);
        } catch (const Violation &violation) {
            EXPECT_THAT (violation.what (), testing::HasSubstr ("the TLB of CPU"));
            found = chooser.is_over ();
            break;
        }
    }
    EXPECT_TRUE (found) << "for a moment there was a page, and nobody has walked there";
}

TEST_F (RaceOfThree, what_comes_of_each_order_is_what_may_come) {
    Race race{machine, steps};
    Turns turns{3};
    std::array<unsigned, 3> order{0, 1, 2};
    do {
        OneByOne chooser{order};
        EXPECT_NO_THROW (race.run (turns, chooser)) << testing::PrintToString (order);
        for (unsigned late = 1; late < 3; ++late) {
            EXPECT_LT (turns.span (order.at (late - 1)).end, turns.span (order.at (late)).begin);
        }
    } while (std::ranges::next_permutation (order).found);
}

TEST_F (RaceOfThree, a_vcpu_of_a_vm_that_is_made_where_another_goes) {
    take ({{.action = Action::vm_destroy, .vm = 1}});
    const Step reclaim{.action = Action::vm_reclaim, .vm = 1};
    while (machine.take (reclaim) && machine.vm (1) != nullptr) {
        machine.mark ();
    }
    machine.go_back ();
    ASSERT_NE (machine.vm (1), nullptr);
    EXPECT_NO_THROW (race ({{.cpu = 0, .action = Action::vm_create, .vm = 1, .page = page::control},
                            {.cpu = 1, .action = Action::vcpu_create, .vm = 1, .page = 1},
                            on (2, reclaim)}));
}

TEST_F (RaceOfThree, a_call_on_two_pages_is_no_one_moment_to_who_accesses_them) {
    constexpr std::uint64_t many = 500;

    take ({donate (0, 0), {.action = Action::vm_destroy, .vm = 0}});
    EXPECT_NO_THROW (race ({on (0, {.action = Action::host_store, .page = 0}),
                            on (1, {.action = Action::host_store, .vm = 0, .page = page::firmware}),
                            on (2, {.action = Action::vm_reclaim, .vm = 0})},
                           many));
}

TEST (RaceOfOneThatIsMade, is_about_the_same_vm_whenever_it_is_called) {
    constexpr unsigned longest = 200;

    const Way steps{{.cpu = 0, .action = Action::host_store, .vm = 0, .page = page::control},
                    {.cpu = 1, .action = Action::vm_destroy, .vm = 0},
                    {.cpu = 2, .action = Action::vm_create, .vm = 0, .page = page::control}};
    ExploredMachine machine{Scope{.protected_vms = 1, .pages = 2, .cpus = 3}};
    // It was there before, and another VM has the slot that it had.
    take_all (machine, join ({made (0), {{.action = Action::vm_destroy, .vm = 0}}}));
    while (machine.vm (0) != nullptr) {
        static_cast<void> (machine.take ({.action = Action::vm_reclaim, .vm = 0}));
    }
    take_all (machine, made (1));
    machine.mark ();
    Race race{machine, steps};
    Turns turns{3};
    for (unsigned moments = 1; moments < longest; ++moments) {
        OneByOne chooser{{0, 1, 2}, moments};
        EXPECT_NO_THROW (race.run (turns, chooser)) << to_text (turns.schedule ());
    }
}

TEST (Raced, a_call_that_is_over_comes_before_the_next) {
    expect_told_late (made (0), {{.cpu = 0, .action = Action::vm_destroy, .vm = 0}, on (1, donate (0, 0))}, 0);
}

TEST (Raced, a_call_that_is_over_comes_before_an_access) {
    expect_told_late (
        join ({made (2), {run (2, 1)}}),
        {{.cpu = 0, .action = Action::vm_lend, .vm = 2, .page = 0, .option = 1}, guest (Action::guest_load, 1)}, 2);
}

}  // namespace ravelin::sim::race
