// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/arm64/own_memory.hpp"

#include "hyp/arm64/panic.hpp"

namespace ravelin::firmware {

namespace {
/// Stage 1 maps each address to itself.
[[nodiscard]] auto pa_of (Ipa ipa) -> Pa {
    return Pa{ipa.value ()};
}
}  // namespace

OwnMemory::OwnMemory (hal::Cpu &cpu, PaRange tables)
    : cpu_{cpu}, pool_{{tables.start + page_size, tables.size - page_size}}, table_{tables.start} {}

void OwnMemory::map (IpaRange range, Kind kind) {
    if (!table_.map (cpu_, pool_, {Va{range.start.value ()}, range.size}, pa_of (range.start), kind)) {
        arm64::panic ("the firmware's tables are too small");
    }
    // What was invalid is in no TLB; the walker only has to see the entries.
    cpu_.dsb<hal::Dsb::ishst> ();
    cpu_.isb ();
}

auto OwnMemory::reach (IpaRange range) -> std::span<std::byte> {
    const Ipa start = range.start.align_down (page_size);
    map ({start, range.end ().align_up (page_size) - start}, Kind::memory);
    const PaRange reached{pa_of (range.start), range.size};
    if (!reached_.push (reached)) { arm64::panic ("the firmware reaches too much"); }
    return cpu_.bytes (reached);
}

void OwnMemory::clean () {
    for (const PaRange &range : reached_) {
        cpu_.clean_and_invalidate (range);
    }
    cpu_.dsb<hal::Dsb::sy> ();
}

}  // namespace ravelin::firmware
