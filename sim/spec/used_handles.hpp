// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/page.hpp"

#include <algorithm>
#include <vector>

namespace ravelin::spec {

/// The handles of all VMs there ever were, ascending. They grow for ever: one piece of memory holds them, where each
/// node of a set would look like a leak to who counts allocations.
class UsedHandles {
  public:
    [[nodiscard]] auto contains (Handle handle) const -> bool { return std::ranges::binary_search (handles_, handle); }

    /// Adds a handle; false if it's there.
    [[nodiscard]] auto insert (Handle handle) -> bool {
        const auto place = std::ranges::lower_bound (handles_, handle);
        if (place != handles_.end () && *place == handle) { return false; }
        handles_.insert (place, handle);
        return true;
    }

    void clear () { handles_.clear (); }

    auto operator== (const UsedHandles &) const -> bool = default;

  private:
    std::vector<Handle> handles_;
};

}  // namespace ravelin::spec
