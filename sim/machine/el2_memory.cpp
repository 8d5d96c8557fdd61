// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/el2_memory.hpp"

#include "sim/machine/violation.hpp"

#include <algorithm>
#include <string>

namespace ravelin::sim {

auto El2Memory::reach (PaRange range, hal::Reach kind) -> Result<void> {
    Pa start = range.start.align_down (page_size);
    Pa end   = range.end ().align_up (page_size);
    for (const Reached &other : reached_) {
        if (other.kind != kind && other.range.overlaps ({start, end - start})) { return refuse (Status::exists); }
    }
    // Neighbours of the same kind become one, so that an object may lie across both.
    std::erase_if (reached_, [&] (const Reached &other) {
        const bool touches = other.range.start <= end && start <= other.range.end ();
        if (other.kind != kind || !touches) { return false; }
        start = std::min (start, other.range.start);
        end   = std::max (end, other.range.end ());
        return true;
    });
    reached_.push_back ({{start, end - start}, kind});
    return {};
}

auto El2Memory::find (PaRange range, hal::Reach kind) const -> const Reached * {
    const auto holds = [&] (const Reached &reached) {
        return reached.kind == kind && reached.range.contains (range);
    };
    const auto found = std::ranges::find_if (reached_, holds);
    return found == reached_.end () ? nullptr : &*found;
}

void El2Memory::move_window (Pa pa, unsigned size) {
    if (!pa.is_aligned (size)) {
        throw Violation{"EL2: unaligned access of " + std::to_string (size) + " bytes at " + hex (pa)};
    }
    const PaRange range{pa, size};
    const auto *reached = find (range, hal::Reach::memory);
    if (reached == nullptr) { throw Violation{"EL2: access to " + hex (pa) + ", which it doesn't reach as memory"}; }
    const auto *ram = bus_.find_ram (range);
    if (ram == nullptr) { throw Violation{"EL2: access to " + hex (pa) + ", which isn't RAM"}; }
    const Pa start = std::max (reached->range.start, ram->range.start);
    const Pa end   = std::min (reached->range.end (), ram->range.end ());
    window_        = {start, end - start};
    window_host_   = ram->at (start);
}

void El2Memory::save_in_log (PaRange range) {
    // An access elsewhere is about to be a Violation.
    if (const auto *ram = bus_.find_ram (range)) { log_->save ({ram->at (range.start), range.size}); }
}

auto El2Memory::bytes (PaRange range) -> std::span<std::byte> {
    if (range.size == 0) { return {}; }
    const auto *ram = bus_.find_ram (range);
    if (find (range, hal::Reach::memory) == nullptr || ram == nullptr) {
        throw Violation{"EL2: not all of " + hex (range.size) + " bytes at " + hex (range.start) +
                        " is memory that it reaches"};
    }
    if (cache_ != nullptr) { cache_->write (range); }
    return {ram->at (range.start), range.size};
}

auto El2Memory::mmio_read (CpuIndex cpu, Pa pa) -> std::uint32_t {
    const auto value = find ({pa, 4}, hal::Reach::device) != nullptr ? bus_.read (cpu, pa, 4) : std::nullopt;
    if (!value || bus_.find_device ({pa, 4}) == nullptr) {
        throw Violation{"EL2: read of " + hex (pa) + ", which isn't a device register that it reaches"};
    }
    return static_cast<std::uint32_t> (*value);
}

void El2Memory::mmio_write (CpuIndex cpu, Pa pa, std::uint32_t value) {
    const bool reached = find ({pa, 4}, hal::Reach::device) != nullptr && bus_.find_device ({pa, 4}) != nullptr;
    if (!reached || !bus_.write (cpu, pa, 4, value)) {
        throw Violation{"EL2: write to " + hex (pa) + ", which isn't a device register that it reaches"};
    }
}

}  // namespace ravelin::sim
