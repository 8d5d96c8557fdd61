// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/page_attributes.hpp"

#include "sim/unicorn/code_reader.hpp"

namespace ravelin::sim {

auto PageAttributes::find (AccessKind kind, Va va) -> std::optional<Translation> {
    const Va page      = va.align_down (page_size);
    const auto number  = page.value () / page_size;
    const bool is_code = kind == AccessKind::fetch;
    Page &known        = is_code ? code_[number % code_.size ()] : data_[number % data_.size ()];
    if (known.epoch != epoch_ || known.va != page) { known = {epoch_, page, translate (kind, page)}; }
    if (!known.found) { return std::nullopt; }
    auto found = *known.found;
    found.pa   = found.pa + (va - page);
    return found;
}

auto PageAttributes::translate (AccessKind kind, Va page) const -> std::optional<Translation> {
    const auto registers = mmu_registers (emulator_);
    // Who may is Unicorn's business: EL1, or else EL0.
    for (const bool el0 : {false, true}) {
        const auto found = Mmu{bus_}.translate (registers, {.va = page, .kind = kind, .size = 4, .from_el0 = el0});
        if (found) { return *found; }
    }
    return std::nullopt;
}

}  // namespace ravelin::sim
