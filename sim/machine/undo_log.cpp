// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/undo_log.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <ranges>

namespace ravelin::sim {

void UndoLog::save (std::span<std::byte> bytes) {
    parts_.push_back ({bytes, old_.size ()});
    old_.insert (old_.end (), bytes.begin (), bytes.end ());
}

auto UndoLog::written () const -> std::vector<std::span<std::byte>> {
    std::vector<std::span<std::byte>> result;
    result.reserve (parts_.size ());
    std::ranges::transform (parts_, std::back_inserter (result), &Part::bytes);
    return result;
}

auto UndoLog::has_changed () const -> bool {
    // The same bytes may be there more than once: what they were is in the first part that has them.
    return std::ranges::any_of (parts_, [&] (const Part &part) {
        return std::memcmp (part.bytes.data (), old_.data () + part.old, part.bytes.size ()) != 0;
    });
}

void UndoLog::undo () {
    for (const Part &part : parts_ | std::views::reverse) {
        std::memcpy (part.bytes.data (), old_.data () + part.old, part.bytes.size ());
    }
    clear ();
}

}  // namespace ravelin::sim
