// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>

namespace vms {

/// Keeps CPUs of the host out of each other's way.
class SpinLock {
  public:
    class Guard {
      public:
        explicit Guard (SpinLock &lock) : lock_{lock} {
            while (lock_.taken_.test_and_set (std::memory_order_acquire)) {
                asm volatile ("yield");
            }
        }
        ~Guard () { lock_.taken_.clear (std::memory_order_release); }
        Guard (const Guard &)                     = delete;
        auto operator= (const Guard &) -> Guard & = delete;

      private:
        SpinLock &lock_;
    };

  private:
    std::atomic_flag taken_;
};

}  // namespace vms
