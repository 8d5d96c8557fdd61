// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/stored_memory.hpp"

#include "sim/machine/violation.hpp"
#include "sim/replay/divergence.hpp"

#include <cstring>
#include <stdexcept>

namespace ravelin::sim::replay {

namespace {
constexpr std::size_t word = sizeof (std::uint64_t);

[[nodiscard]] auto word_at (const std::byte *bytes) -> std::uint64_t {
    std::uint64_t value = 0;
    std::memcpy (&value, bytes, sizeof value);
    return value;
}
}  // namespace

void StoredMemory::check () {
    check_what_was_recorded ();
    check_what_has_changed ();
    recorded_.clear ();
    log_.clear ();
}

void StoredMemory::check_what_was_recorded () const {
    recorded_.each ([this] (std::uint64_t pa, const SparseMemory::Page &page) {
        const auto *ram = bus_.find_ram ({Pa{pa}, page_size});
        if (ram == nullptr) { throw Divergence{"QEMU's EL2 stored at " + hex (pa) + ", where no RAM is"}; }
        const std::byte *const here = ram->at (Pa{pa});
        if (page.known.all () && std::memcmp (here, page.bytes.data (), page_size) == 0) { return; }
        for (std::size_t i = 0; i < page_size; ++i) {
            if (page.known[i] && page.bytes[i] != here[i]) {
                const auto start = i / word * word;
                throw Divergence{"memory at " + hex (pa + start) + " afterwards: in QEMU " +
                                 hex (word_at (page.bytes.data () + start)) + ", in the simulator " +
                                 hex (word_at (here + start)) + " (the byte " + hex (pa + i) + ")"};
            }
        }
    });
}

void StoredMemory::check_what_has_changed () const {
    log_.each ([this] (std::span<const std::byte> now, std::span<const std::byte> before) {
        if (std::memcmp (now.data (), before.data (), now.size ()) == 0) { return; }
        const auto pa = address_of (now.data ());
        for (std::size_t i = 0; i < now.size (); ++i) {
            if (now[i] != before[i] && !recorded_.at (pa + i)) {
                throw Divergence{"memory at " + hex (pa + i) + ": the simulator's EL2 stores " +
                                 hex (std::to_integer<unsigned> (now[i])) + " over " +
                                 hex (std::to_integer<unsigned> (before[i])) + ", QEMU's stores nothing"};
            }
        }
    });
}

auto StoredMemory::address_of (const std::byte *host) const -> std::uint64_t {
    for (const RamRegion &region : bus_.ram_regions ()) {
        if (host >= region.host && host < region.host + region.range.size) {
            return (region.range.start + static_cast<std::uint64_t> (host - region.host)).value ();
        }
    }
    throw std::logic_error{"EL2 has written to what is no RAM of the machine"};
}

}  // namespace ravelin::sim::replay
