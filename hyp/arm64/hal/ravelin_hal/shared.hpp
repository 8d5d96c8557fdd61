// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>

namespace ravelin::hal {

/// A word that CPUs share outside a lock. Copying one is for a machine at rest.
/// @tparam T  an integer or enumeration of at most 8 bytes
template <class T>
class Shared {
  public:
    constexpr Shared () = default;
    explicit constexpr Shared (T value) : value_{value} {}

    /// The value; later accesses of this CPU see what its writer had done before.
    [[nodiscard]] auto load_acquire () const -> T { return reference ().load (std::memory_order_acquire); }

    /// Publishes @p value, and with it all that this CPU did before.
    void store_release (T value) { reference ().store (value, std::memory_order_release); }

    /// Replaces @p from by @p to; false, and nothing changed, if the value is another. Orders as both of the
    /// above.
    [[nodiscard]] auto exchange (T from, T to) -> bool { return compare_exchange (from, to) == from; }

    /// The same; returns what the value was.
    [[nodiscard]] auto compare_exchange (T from, T to) -> T {
        static_cast<void> (reference ().compare_exchange_strong (from, to, std::memory_order_acq_rel));
        return from;
    }

  private:
    [[nodiscard]] auto reference () const -> std::atomic_ref<T> { return std::atomic_ref<T>{value_}; }

    mutable T value_{};
};

}  // namespace ravelin::hal
