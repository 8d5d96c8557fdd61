// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/generic_timer.hpp"

#include <algorithm>

namespace ravelin::sim {

void GenericTimer::set_virtual_offset (Ticks offset) {
    virtual_offset_ = offset;
    clock_.check ();
}

auto GenericTimer::control (Which which) const -> std::uint64_t {
    const auto &comparator = at (which);
    const bool met = timer_control::enable.any (comparator.control) && count (which) >= comparator.compare_value;
    return comparator.control | timer_control::pending.put (met ? 1 : 0);
}

void GenericTimer::set_control (Which which, std::uint64_t value) {
    at (which).control = value & (timer_control::enable.mask () | timer_control::masked.mask ());
    clock_.check ();
}

void GenericTimer::set_compare_value (Which which, Ticks value) {
    at (which).compare_value = value;
    clock_.check ();
}

auto GenericTimer::timer_value (Which which) const -> std::uint64_t {
    return static_cast<std::uint32_t> (at (which).compare_value - count (which));
}

void GenericTimer::set_timer_value (Which which, std::uint64_t value) {
    const auto left = static_cast<std::int64_t> (static_cast<std::int32_t> (value));
    set_compare_value (which, count (which) + static_cast<Ticks> (left));
}

auto GenericTimer::asserted (Which which) const -> bool {
    const auto value = control (which);
    return timer_control::pending.any (value) && !timer_control::masked.any (value);
}

auto GenericTimer::deadline () const -> Ticks {
    Ticks first = never;
    for (const Which which : all) {
        const auto &comparator = at (which);
        const bool may_fire =
            timer_control::enable.any (comparator.control) && !timer_control::masked.any (comparator.control);
        const Ticks now = count (which);
        if (may_fire && now < comparator.compare_value) {
            // A value so far ahead that the clock would wrap never comes.
            const Ticks left = comparator.compare_value - now;
            first            = std::min (first, left > never - clock_.now () ? never : clock_.now () + left);
        }
    }
    return first;
}

}  // namespace ravelin::sim
