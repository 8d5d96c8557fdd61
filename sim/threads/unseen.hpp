// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>

namespace ravelin::sim::threads {

/// A lock that ThreadSanitizer doesn't see.
class UnseenLock {
  private:
    friend class Unseen;

    std::atomic_flag taken_;
};

/// Holds such a lock, for as long as it lives: this thread alone is in the part of the simulator that the lock is for.
/// To ThreadSanitizer nothing happens meanwhile, neither accesses nor synchronisation: whatever the simulator's threads
/// do to each other, it orders nothing in the hypervisor. For files that aren't built with ThreadSanitizer, which would
/// see the lock.
class Unseen {
  public:
    explicit Unseen (UnseenLock &lock);
    Unseen (const Unseen &)                     = delete;
    auto operator= (const Unseen &) -> Unseen & = delete;
    ~Unseen ();

  private:
    UnseenLock &lock_;
};

}  // namespace ravelin::sim::threads
