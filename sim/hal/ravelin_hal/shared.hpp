// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/preemption.hpp"
#include "sim/machine/thread_sanitizer.hpp"

#include <cstdint>

namespace ravelin::hal {

/// A word that CPUs share outside a lock. Copying one is for a machine at rest. Simulated CPUs take turns,
/// so that a plain word is atomic; another CPU may go first before each access, and may see a store late.
/// @tparam T  an integer or enumeration of at most 8 bytes
template <class T>
class Shared {
  public:
    constexpr Shared () = default;
    explicit constexpr Shared (T value) : value_{value} {}

    /// The value; later accesses of this CPU see what its writer had done before.
    [[nodiscard]] auto load_acquire () const -> T {
        sim::Preemption::point ();
        // LDAR comes after each STLR before it.  [ARM DDI 0487, B2.3.7]
        sim::Preemption::order (sim::Ordered::stores);
        sim::thread_sanitizer::acquire (&value_);
        return value_;
    }

    /// Publishes @p value, and with it all that this CPU did before.
    void store_release (T value) {
        sim::Preemption::point ();
        sim::thread_sanitizer::release (&value_);
        const sim::LateStore store{&value_, static_cast<std::uint64_t> (value), sizeof (T)};
        if (!sim::Preemption::keep (store)) { value_ = value; }
    }

    /// Replaces @p from by @p to; false, and nothing changed, if the value is another. Orders as both of the
    /// above.
    [[nodiscard]] auto exchange (T from, T to) -> bool { return compare_exchange (from, to) == from; }

    /// The same; returns what the value was.
    [[nodiscard]] auto compare_exchange (T from, T to) -> T {
        sim::Preemption::point ();
        sim::Preemption::order (sim::Ordered::stores);
        const T was = value_;
        sim::thread_sanitizer::acquire (&value_);
        if (was == from) {
            sim::thread_sanitizer::release (&value_);
            value_ = to;
        }
        return was;
    }

  private:
    static_assert (sizeof (T) <= 8, "hardware has no wider single-copy atomic access");

    T value_{};
};

}  // namespace ravelin::hal
