// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>

namespace ravelin {

/// A word that others may read while somebody changes it: they get what it was, or what it becomes, and that says
/// nothing of anything else. One CPU at a time changes it. It costs what a plain word costs.
/// @tparam T  an unsigned integer of at most 8 bytes
template <class T>
class Relaxed {
  public:
    constexpr Relaxed () = default;

    // What a plain word does, so that who has it for himself writes no more than for one.
    operator T () const { return word ().load (std::memory_order_relaxed); }
    void operator= (T value) { word ().store (value, std::memory_order_relaxed); }
    void operator|= (T bits) { *this = *this | bits; }
    void operator&= (T bits) { *this = *this & bits; }
    void operator++ () { *this = *this + 1; }

  private:
    [[nodiscard]] auto word () const -> std::atomic_ref<T> { return std::atomic_ref<T>{value_}; }

    mutable T value_{};
};

}  // namespace ravelin
