// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/changing_lines.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim::explore {

auto ChangingLines::note (std::span<const std::byte> now, std::span<const std::byte> before) -> bool {
    is_known_.resize ((now.size () + line - 1) / line);
    bool is_new = false;
    for (std::size_t i = 0; i < is_known_.size (); ++i) {
        const std::size_t begin = i * line;
        const std::size_t size  = std::min (line, now.size () - begin);
        if (is_known_[i] || std::memcmp (now.data () + begin, before.data () + begin, size) == 0) { continue; }
        is_known_[i] = true;
        is_new       = true;
    }
    if (!is_new) { return false; }
    parts_.clear ();
    for (std::size_t i = 0; i < is_known_.size (); ++i) {
        if (!is_known_[i]) { continue; }
        const std::size_t begin = i * line;
        const std::size_t end   = std::min (begin + line, now.size ());
        if (!parts_.empty () && parts_.back ().end == begin) {
            parts_.back ().end = end;
        } else {
            parts_.push_back ({begin, end});
        }
    }
    return true;
}

auto ChangingLines::differ (std::span<const std::byte> now, std::span<const std::byte> before) const -> bool {
    return std::ranges::any_of (parts_, [&] (const Part &part) {
        return std::memcmp (now.data () + part.begin, before.data () + part.begin, part.end - part.begin) != 0;
    });
}

void ChangingLines::copy (std::span<const std::byte> from, std::span<std::byte> to) const {
    for (const Part &part : parts_) {
        std::memcpy (to.data () + part.begin, from.data () + part.begin, part.end - part.begin);
    }
}

}  // namespace ravelin::sim::explore
