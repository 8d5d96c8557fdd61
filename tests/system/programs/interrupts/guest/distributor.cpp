// SPDX-License-Identifier: BSD-2-Clause
#include "distributor.hpp"

#include "timers.hpp"

using namespace el1;
using namespace el1::gic;

namespace interrupts {

namespace {
constexpr std::uint32_t each_byte = 0x0101'0101;

/// Writes @p value to the words of the registers at @p start that belong to the INTIDs [first, end), of which
/// each word has @p in_word.
void fill (std::uint64_t start, std::uint32_t in_word, std::uint32_t first, std::uint32_t end, std::uint32_t value) {
    for (std::uint32_t word = first / in_word; word < end / in_word; ++word) {
        set_distributor (start + word * std::uint64_t{4}, value);
    }
}

void clear (std::uint32_t first, std::uint32_t end) {
    constexpr std::uint32_t bits  = 32;
    constexpr std::uint32_t bytes = 4;
    fill (gicd_icenabler0, bits, first, end, all);
    fill (gicd_icpendr0, bits, first, end, all);
    fill (gicd_icactiver0, bits, first, end, all);
    fill (gicd_igroupr0, bits, first, end, 0);
    fill (gicd_ipriorityr, bytes, first, end, usual_priority * each_byte);
}
}  // namespace

void set_edge (std::uint32_t spi, bool is_edge) {
    constexpr std::uint32_t in_word = 16;
    const std::uint64_t offset      = gicd_icfgr0 + spi / in_word * 4;
    const std::uint32_t edge        = 2U << spi % in_word * 2;
    set_distributor (offset, (distributor (offset) & ~edge) | (is_edge ? edge : 0));
}

void fresh_interface () {
    for (const Timer *timer : timers) {
        timer->stop ();
        timer->set_compare (Timer::never);  // see differences.md: the wire of a CPU that was off
    }
    clear (0, first_spi);
    for (std::uint64_t word = 0; word < 16; word += 4) {
        set_distributor (gicd_cpendsgir + word, all);
    }
    set_interface (gicc_pmr, usual_pmr);
    set_interface (gicc_bpr, usual_bpr);
    set_interface (gicc_ctlr, enable_group0);
}

void fresh_gic () {
    set_distributor (gicd_ctlr, 0);
    clear (first_spi, intids);
    fill (gicd_itargetsr0, 4, first_spi, intids, each_byte);
    fill (gicd_icfgr0, 16, first_spi, intids, 0);
    fresh_interface ();
    set_distributor (gicd_ctlr, enable_group0);
}

void prepare_spi (std::uint32_t spi, std::uint32_t priority) {
    set_priority (spi, priority);
    enable (spi);
}

}  // namespace interrupts
