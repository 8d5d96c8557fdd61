// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/written_memory.hpp"

#include "sim/machine/violation.hpp"
#include "sim/twin/divergence.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace ravelin::sim {

namespace {
constexpr std::size_t word_size = sizeof (std::uint64_t);

[[nodiscard]] auto word_at (const std::byte *bytes) -> std::uint64_t {
    std::uint64_t word = 0;
    std::memcpy (&word, bytes, sizeof word);
    return word;
}

[[nodiscard]] auto end_of (std::span<std::byte> bytes) -> std::byte * {
    return bytes.data () + bytes.size ();
}
}  // namespace

void WrittenMemory::turn_over (std::vector<PaRange> free) {
    free_ = std::move (free);
    stray_.reset ();
    parts_.clear ();
    after_.clear ();
    last_ = 0;

    auto written = log_.written ();
    std::ranges::sort (written, {}, [] (std::span<std::byte> part) { return part.data (); });
    for (const auto part : written) {
        if (!parts_.empty () && part.data () <= end_of (parts_.back ().bytes)) {
            auto &last     = parts_.back ().bytes;
            const auto end = std::max (end_of (last), end_of (part));
            last           = {last.data (), static_cast<std::size_t> (end - last.data ())};
        } else {
            parts_.push_back ({part, 0});
        }
    }
    for (Part &part : parts_) {
        part.after = after_.size ();
        after_.insert (after_.end (), part.bytes.begin (), part.bytes.end ());
    }
    log_.undo ();
}

auto WrittenMemory::address_of (const std::byte *byte) const -> Pa {
    const auto ram = std::ranges::find_if (bus_.ram_regions (), [byte] (const RamRegion &region) {
        return byte >= region.host && byte < region.host + region.range.size;
    });
    return ram->range.start + static_cast<std::uint64_t> (byte - ram->host);
}

auto WrittenMemory::is_free (Pa pa) const -> bool {
    return std::ranges::any_of (free_, [pa] (const PaRange &range) { return range.contains (pa); });
}

void WrittenMemory::store_outside (std::uint64_t address, unsigned size) {
    const PaRange stored{Pa{address}, size};
    const auto *ram = bus_.find_ram (stored);
    if (ram == nullptr) { return; }  // a device: a deed
    const auto *byte = ram->at (stored.start);
    const auto holds = [&] (const Part &part) {
        return byte >= part.bytes.data () && byte + size <= end_of (part.bytes);
    };
    if (last_ < parts_.size () && holds (parts_[last_])) [[likely]] { return; }
    const auto found = std::ranges::find_if (parts_, holds);
    if (found != parts_.end ()) {
        last_ = static_cast<std::size_t> (found - parts_.begin ());
    } else if (!stray_ && !is_free (stored.start)) {
        stray_ = stored;
    }
}

auto WrittenMemory::is_entry (const Part &part, std::size_t at) const -> bool {
    const auto start = at & ~(word_size - 1);
    return start + word_size <= part.bytes.size () && word_at (part.bytes.data () + start) == image_entry_ &&
           word_at (after_.data () + part.after + start) == library_entry_;
}

void WrittenMemory::compare (const Part &part) {
    const auto *after = after_.data () + part.after;
    if (std::memcmp (part.bytes.data (), after, part.bytes.size ()) == 0) [[likely]] { return; }
    for (std::size_t i = 0; i < part.bytes.size (); ++i) {
        if (part.bytes[i] == after[i] || is_free (address_of (&part.bytes[i])) || is_entry (part, i)) { continue; }
        const Pa pa = address_of (&part.bytes[i]);
        throw Divergence{"memory at " + hex (pa) + ": library " + hex (static_cast<std::uint64_t> (after[i])) +
                         ", image " + hex (static_cast<std::uint64_t> (part.bytes[i])) + " (a byte)"};
    }
}

void WrittenMemory::compare () {
    for (const Part &part : parts_) {
        compare (part);
        std::memcpy (part.bytes.data (), after_.data () + part.after, part.bytes.size ());
    }
    if (stray_) {
        throw Divergence{"the image stores " + std::to_string (stray_->size) + " bytes at " + hex (stray_->start) +
                         ", where the library doesn't"};
    }
}

}  // namespace ravelin::sim
