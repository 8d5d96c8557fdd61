// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ravelin::sim {

/// What bytes were before somebody wrote to them, to go back there.
class UndoLog {
  public:
    /// @p bytes, which stay where they are, may be written to from now on.
    void save (std::span<std::byte> bytes);

    /// All that was saved, in that order; some bytes may be there more than once.
    [[nodiscard]] auto written () const -> std::vector<std::span<std::byte>>;

    /// Whether a byte isn't what it was.
    [[nodiscard]] auto has_changed () const -> bool;

    /// Calls @p look with the bytes of each part, as they are, and what they were.
    template <class Look>
    void each (Look &&look) const {
        for (const Part &part : parts_) {
            look (std::span<const std::byte>{part.bytes}, std::span{old_}.subspan (part.old, part.bytes.size ()));
        }
    }

    /// Makes all bytes what they were, and forgets them.
    void undo ();

    void clear () {
        parts_.clear ();
        old_.clear ();
    }

  private:
    struct Part {
        std::span<std::byte> bytes;
        std::size_t old;  // where in old_
    };

    std::vector<Part> parts_;
    std::vector<std::byte> old_;
};

}  // namespace ravelin::sim
