// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/canonical.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace ravelin::sim::explore {

/// A set of keys that only grows. Several threads may look into it at once while none adds to it.
class KeySet {
  public:
    [[nodiscard]] auto contains (const Key &key) const -> bool { return slots_[slot_of (key)] == key; }

    /// Adds a key; false if it's there.
    [[nodiscard]] auto insert (const Key &key) -> bool {
        const std::size_t slot = slot_of (key);
        if (slots_[slot] == key) { return false; }
        slots_[slot] = key;
        if (++size_ * 2 > slots_.size ()) { grow (); }
        return true;
    }

    [[nodiscard]] auto size () const -> std::size_t { return size_; }

    /// All of them, in no order.
    [[nodiscard]] auto keys () const -> std::vector<Key> {
        std::vector<Key> all;
        all.reserve (size_);
        std::ranges::copy_if (slots_, std::back_inserter (all), [] (const Key &key) { return key != Key{}; });
        return all;
    }

  private:
    static constexpr std::size_t first_slots = 1U << 12;

    /// Where the key is, or would be. One of all zeros, which is as likely as any other, would be in it always.
    [[nodiscard]] auto slot_of (const Key &key) const -> std::size_t {
        std::size_t slot = key.low & (slots_.size () - 1);
        while (slots_[slot] != Key{} && slots_[slot] != key) {
            slot = (slot + 1) & (slots_.size () - 1);
        }
        return slot;
    }

    void grow () {
        const std::vector<Key> old = std::exchange (slots_, std::vector<Key> (slots_.size () * 2));
        for (const Key &key : old) {
            if (key != Key{}) { slots_[slot_of (key)] = key; }
        }
    }

    std::vector<Key> slots_ = std::vector<Key> (first_slots);
    std::size_t size_{};
};

}  // namespace ravelin::sim::explore
