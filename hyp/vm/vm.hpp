// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "hyp/core/bounded_vector.hpp"
#include "hyp/core/cpu_index.hpp"
#include "hyp/mem/page_state.hpp"
#include "hyp/mem/page_table.hpp"
#include "hyp/vdev/distributor.hpp"
#include "hyp/vm/vcpu.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace ravelin {

/// How far a VM has come.
enum class Phase : std::uint32_t {
    made,  // has not run yet: the host sets it up
    live,
    dying,  // is being torn down
};

/// A virtual machine: the control block, in a page that it owns. The lock of its slot guards it, but for what
/// a vCPU that runs reads: what can't change once the VM is live.
struct Vm {
    using Stage2 = PageTable<GuestStage2Format>;
    using Kind   = GuestStage2Format::Kind;

    static constexpr std::uint64_t nowhere = 1ULL << 52;  // a page that no fault tells of

    Owner owner{Owner::vm (0)};  // of its pages: its slot
    bool is_protected;
    std::uint32_t ipa_bits;
    std::uint64_t vtcr;   // VTCR_EL2 of its vCPUs
    std::uint64_t vttbr;  // VTTBR_EL2 of its vCPUs
    std::uint32_t vcpu_limit;
    hal::Shared<Phase> phase;
    BoundedVector<IpaRange, RAVELIN_MAX_RAM_RANGES> ram;
    Stage2 stage2;
    PagePool pool;  // for its tables
    std::array<std::optional<Pa>, RAVELIN_MAX_VCPUS> vcpus;
    std::array<hal::Shared<std::uint32_t>, max_cpus> last_vcpu;  // that ran on each CPU: its number and 1, or 0
    Pa gic;                                                      // the page of its Guarded<Distributor>, or 0
    std::uint64_t distributor_page{nowhere};                     // where a guest finds that, IPA / 4096
    std::uint64_t cpu_interface_page{nowhere};                   // the same
    std::uint64_t counter_offset;                                // CNTVOFF_EL2
    Pa memory;                                                   // the pages given to VM_CREATE
    Pa firmware;                                                 // the first of its guest firmware's pages, or 0
    Ipa reclaim_next;                                            // everything below it has come back
    bool forgotten;                                              // TLBs have forgotten the VM, now that it's dying

    /// Whether all of @p range is RAM of one declared range.
    [[nodiscard]] auto is_ram (IpaRange range) const -> bool {
        return std::ranges::any_of (ram, [&] (const IpaRange &declared) { return declared.contains (range); });
    }

    /// Whether any of @p range is RAM.
    [[nodiscard]] auto overlaps_ram (IpaRange range) const -> bool {
        return std::ranges::any_of (ram, [&] (const IpaRange &declared) { return declared.overlaps (range); });
    }

    [[nodiscard]] auto has_gic () const -> bool { return gic != Pa{}; }

    /// Whether any of @p range is the GIC's.
    [[nodiscard]] auto is_gic (IpaRange range) const -> bool {
        return has_gic () && (range.overlaps ({Ipa{distributor_page * page_size}, RAVELIN_GICD_PAGES * page_size}) ||
                              range.overlaps ({Ipa{cpu_interface_page * page_size}, RAVELIN_GICC_PAGES * page_size}));
    }

    /// Whether all of @p range is below the VM's IPA bits.
    [[nodiscard]] auto is_ipa (IpaRange range) const -> bool {
        return IpaRange{Ipa{0}, 1ULL << ipa_bits}.contains (range);
    }

    /// Its vCPU @p number, if it has been made; else nullptr.
    [[nodiscard]] auto find_vcpu (hal::Cpu &cpu, std::uint64_t number) const -> Vcpu * {
        const auto where = number < vcpus.size () ? vcpus[number] : std::nullopt;
        return where ? &cpu.object<Vcpu> (*where) : nullptr;
    }
};

static_assert (sizeof (Vm) <= RAVELIN_PAGE_SIZE && RAVELIN_MAX_VCPUS == std::tuple_size_v<decltype (Vm::vcpus)>);
static_assert (Vm::Stage2::root_pages == 2 && RAVELIN_BLOCK_PAGES * RAVELIN_PAGE_SIZE == block_size &&
               RAVELIN_PAGE_SIZE == page_size);

}  // namespace ravelin
