// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// The one order in which a CPU takes locks: from low to high. The simulator checks it at each lock.
enum class LockRank : std::uint8_t {
    vm,          // one VM, while its slot is looked at: never two at once
    interrupts,  // one VM's distributor
    memory,      // who owns each page, and the host's stage 2
};

/// A lock that waits in a loop. Whoever holds it does bounded work and never waits for anything else.
class [[clang::capability ("lock")]] Lock {
  public:
    [[clang::acquire_capability ()]] void acquire (hal::Cpu &cpu, LockRank rank) {
        cpu.lock_acquired (static_cast<unsigned> (rank));
        while (!taken_.exchange (0, 1)) {
            cpu.relax ();
        }
    }

    [[clang::release_capability ()]] void release (hal::Cpu &cpu, LockRank rank) {
        taken_.store_release (0);
        cpu.lock_released (static_cast<unsigned> (rank));
    }

  private:
    hal::Shared<std::uint32_t> taken_;
};

/// A value that is reached only through a Locked.
/// @tparam T  has a constant lock_rank
template <class T>
class Guarded {
  public:
    constexpr Guarded () = default;

    /// The value of a machine at rest: while one CPU boots, or to be looked at. Or a Relaxed word of it, which is as
    /// good before a change as after it.
    [[nodiscard]] auto at_rest () -> T & { return value_; }
    [[nodiscard]] auto at_rest () const -> const T & { return value_; }

  private:
    template <class>
    friend class Locked;

    Lock lock_;
    T value_{};
};

/// Holds the lock of a Guarded value, and is the proof of that for functions which need it held.
template <class T>
class [[clang::scoped_lockable]] Locked {
  public:
    Locked (hal::Cpu &cpu, Guarded<T> &guarded) __attribute__ ((acquire_capability (guarded.lock_)))
        : cpu_{cpu}, guarded_{guarded} {
        guarded.lock_.acquire (cpu, T::lock_rank);
    }
    Locked (const Locked &)                     = delete;
    auto operator= (const Locked &) -> Locked & = delete;
    // The simulator may stop a CPU here for good.
    [[clang::release_capability ()]] ~Locked () noexcept (false) { guarded_.lock_.release (cpu_, T::lock_rank); }

    [[nodiscard]] auto operator->() -> T * { return &guarded_.value_; }
    [[nodiscard]] auto operator* () -> T & { return guarded_.value_; }

  private:
    hal::Cpu &cpu_;
    Guarded<T> &guarded_;
};

}  // namespace ravelin
