// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/maintenance_log.hpp"

#include "sim/models/mmu_registers.hpp"

#include <cstdint>

namespace ravelin::sim {

namespace {
/// How far a page has come.
enum class Progress : std::uint8_t {
    reached,  // by the host
    leaving,  // it, with the next DSB
    left,     // caches may have lines of it
    cleaned,  // with the next DSB
    in_memory,
    refetched,  // with the next DSB
    coherent,
};

[[nodiscard]] auto completed (Progress progress) -> Progress {
    switch (progress) {
    case Progress::leaving:   return Progress::left;
    case Progress::cleaned:   return Progress::in_memory;
    case Progress::refetched: return Progress::coherent;
    default:                  return progress;
    }
}

[[nodiscard]] auto is_hosts (const TlbInvalidation &tlb) -> bool {
    return tlb.is_broadcast () && vttbr::vmid.get (tlb.vttbr) == 0;
}
}  // namespace

auto MaintenanceLog::makes_coherent (Pa page, Change change) const -> bool {
    using enum Progress;
    const PaRange whole{page, page_size};
    Progress progress = change.taken ? reached : left;
    for (const Maintenance &event : events_) {
        switch (event.kind) {
        case Maintenance::Kind::write:
            if (!change.written && progress > left && event.range.overlaps (whole)) { progress = left; }
            break;
        case Maintenance::Kind::clean:
            if (progress == left && event.range.contains (whole)) { progress = cleaned; }
            break;
        case Maintenance::Kind::invalidate:
            if (change.taken && is_hosts (event.tlb)) { progress = leaving; }
            break;
        case Maintenance::Kind::code:
            if (progress == in_memory) { progress = refetched; }
            break;
        case Maintenance::Kind::complete: progress = completed (progress); break;
        }
    }
    return progress == coherent;
}

}  // namespace ravelin::sim
