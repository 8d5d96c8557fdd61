// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/step_mutator.hpp"

#include "sim/machine/random.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace ravelin::fuzz {

namespace {
using Steps = std::vector<Step>;

/// @p index for an iterator.
[[nodiscard]] auto at (std::size_t index) -> std::ptrdiff_t {
    return static_cast<std::ptrdiff_t> (index);
}

/// Changes of one input. What is before its first step stays in front.
class Change {
  public:
    Change (const Played &input, const Played &other, sim::Random &dice)
        : steps_{steps_of (input)}, other_{steps_of (other)}, dice_{dice} {}

    void change () {
        switch (dice_.below (11)) {
        case 0:
        case 1:
        case 2:  change_number (); break;
        case 3:
        case 4:  copy_number (); break;
        case 5:  leave_out (); break;
        case 6:  insert (steps_); break;
        case 7:
        case 8:  insert (other_); break;
        case 9:  move (); break;
        default: go_on_as_other (); break;
        }
    }

    [[nodiscard]] auto bytes () const -> std::vector<std::uint8_t> { return join (steps_); }

  private:
    /// A number of a step.
    struct Place {
        Step *step;
        const Layout::Number *number;

        [[nodiscard]] auto data () const -> std::uint8_t * { return &step->bytes[number->begin]; }
    };

    /// One of the numbers that there are; nothing if the step that was chosen has none.
    [[nodiscard]] auto number_in (Steps &steps) -> Place {
        Step &step = steps[dice_.below (steps.size ())];
        if (step.numbers.empty ()) { return {nullptr, nullptr}; }
        return {&step, &step.numbers[dice_.below (step.numbers.size ())]};
    }

    void change_number () {
        const Place place = number_in (steps_);
        if (place.step == nullptr) { return; }
        std::uint64_t value = 0;
        std::memcpy (&value, place.data (), place.number->size);
        value = other_value (place.number->kind, value);
        std::memcpy (place.data (), &value, place.number->size);
    }

    [[nodiscard]] auto other_value (Kind kind, std::uint64_t value) -> std::uint64_t {
        constexpr std::array<std::uint64_t, 8> edges{0, 1, 0x7f, 0x80, 0xff, 0x1000, 1ULL << 63, ~0ULL};
        constexpr std::uint64_t handles = 4;
        switch (kind) {
        case Kind::page:   return dice_.below (2) == 0 ? value ^ 1ULL << dice_.below (8) : value + 1;
        case Kind::handle: return dice_.below (handles);
        case Kind::choice: return dice_.next ();
        case Kind::value:  break;
        }
        switch (dice_.below (4)) {
        case 0:  return edges.at (dice_.below (edges.size ()));
        case 1:  return value ^ 1ULL << dice_.below (64);
        case 2:  return value + 1 - 2 * dice_.below (2);
        default: return dice_.next ();
        }
    }

    /// A number becomes what another of its kind is, here or there: pages and VMs meet where they are the same.
    void copy_number () {
        constexpr unsigned most_tries = 16;
        const Place to                = number_in (steps_);
        for (unsigned tries = 0; to.step != nullptr && tries < most_tries; ++tries) {
            const Place from = number_in (dice_.below (4) == 0 ? other_ : steps_);
            if (from.step == nullptr || from.number->kind != to.number->kind) { continue; }
            if (from.number->size != to.number->size) { continue; }
            if (std::memcmp (to.data (), from.data (), to.number->size) == 0) { continue; }
            std::memcpy (to.data (), from.data (), to.number->size);
            return;
        }
    }

    /// A few steps, seldom many; at most as many as there are from @p first on.
    [[nodiscard]] auto some (const Steps &of, std::size_t first) -> std::size_t {
        const std::uint64_t most = dice_.below (4) == 0 ? 64 : 8;
        return std::min (of.size () - first, 1 + dice_.below (most));
    }

    /// The place of a step, if there is one; else the end.
    [[nodiscard]] auto any (const Steps &of) -> std::size_t {
        return of.size () > 1 ? 1 + dice_.below (of.size () - 1) : of.size ();
    }

    void leave_out () {
        const auto first = any (steps_);
        if (first == steps_.size ()) { return; }
        steps_.erase (steps_.begin () + at (first), steps_.begin () + at (first + some (steps_, first)));
    }

    void insert (const Steps &from) {
        const auto first = any (from);
        if (first == from.size ()) { return; }
        const Steps some_of{from.begin () + at (first), from.begin () + at (first + some (from, first))};
        steps_.insert (steps_.begin () + at (1 + dice_.below (steps_.size ())), some_of.begin (), some_of.end ());
    }

    /// Some steps change places with those behind them.
    void move () {
        const auto first = any (steps_);
        if (first == steps_.size ()) { return; }
        const auto middle = first + some (steps_, first);
        if (middle == steps_.size ()) { return; }
        const auto end = middle + some (steps_, middle);
        std::rotate (steps_.begin () + at (first), steps_.begin () + at (middle), steps_.begin () + at (end));
    }

    /// From some step on, what the other input does from some step on.
    void go_on_as_other () {
        const auto first = any (other_);
        if (first == other_.size ()) { return; }
        steps_.resize (1 + dice_.below (steps_.size ()));
        steps_.insert (steps_.end (), other_.begin () + at (first), other_.end ());
    }

    Steps steps_;
    Steps other_;
    sim::Random &dice_;
};
}  // namespace

auto StepMutator::change (const Played &input, const Played &other, std::size_t room, std::uint64_t seed)
    -> std::vector<std::uint8_t> {
    sim::Random dice{seed};
    std::vector<std::uint8_t> bytes;
    if (input.layout.steps.empty () || dice.below (3) == 0) {
        bytes = input.bytes;
        bytes.resize (room);
        bytes.resize (blind_ (bytes.data (), std::min (input.bytes.size (), room), room));
    } else {
        Change change{input, other, dice};
        for (auto count = 1 + dice.below (4); count > 0; --count) {
            change.change ();
        }
        bytes = change.bytes ();
        bytes.resize (std::min (bytes.size (), room));
    }
    if (bytes.empty ()) { bytes.push_back (static_cast<std::uint8_t> (dice.next ())); }
    return bytes;
}

}  // namespace ravelin::fuzz
