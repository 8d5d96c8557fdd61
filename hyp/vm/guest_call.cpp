// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_call.hpp"

#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/guest_psci.hpp"

namespace ravelin {

using namespace hal::sysreg;

namespace {
[[nodiscard]] constexpr auto feature (std::uint32_t function) -> std::uint64_t {
    return 1UL << (function & 0x3f);
}

constexpr std::uint64_t features_of_all       = feature (RAVELIN_GUEST_FEATURES);
constexpr std::uint64_t features_of_protected = features_of_all | feature (RAVELIN_GUEST_MEMINFO) |
                                                feature (RAVELIN_GUEST_SHARE) | feature (RAVELIN_GUEST_UNSHARE) |
                                                feature (RAVELIN_GUEST_MMIO_GUARD);

[[nodiscard]] auto architecture_feature (std::uint32_t function) -> std::int64_t {
    return function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES ? SMCCC_SUCCESS : SMCCC_NOT_SUPPORTED;
}

void set_result (Registers &registers, std::int64_t result) {
    registers.x[0] = static_cast<std::uint64_t> (result);
}

[[nodiscard]] auto guard_mmio (const Vm &vm, Ipa page) -> std::int64_t {
    const IpaRange range{page, page_size};
    return page.is_aligned (page_size) && vm.is_ipa (range) && !vm.overlaps_ram (range) ? SMCCC_SUCCESS
                                                                                        : SMCCC_INVALID_PARAMETER;
}

/// The calls that only protected VMs have.
[[nodiscard]] auto answer_protected (hal::Cpu &cpu, Vms &vms, World &world, Registers &registers) -> Next {
    Vm &vm              = world.vm (cpu);
    const auto function = static_cast<std::uint32_t> (registers.x[0]);
    const Ipa page{registers.x[1]};
    auto sharing = Vms::Sharing::invalid;

    if (registers.x[2] != 0 || registers.x[3] != 0) {
        set_result (registers, SMCCC_INVALID_PARAMETER);
        return Next::resume;
    }
    switch (function) {
    case RAVELIN_GUEST_MEMINFO:
        set_result (registers, page == Ipa{0} ? static_cast<std::int64_t> (page_size) : SMCCC_INVALID_PARAMETER);
        return Next::resume;
    case RAVELIN_GUEST_MMIO_GUARD: set_result (registers, guard_mmio (vm, page)); return Next::resume;
    case RAVELIN_GUEST_SHARE:      sharing = vms.share (cpu, vm, page); break;
    default:                       sharing = vms.unshare (cpu, vm, page); break;
    }
    if (sharing == Vms::Sharing::absent) {
        // The guest calls again, once the page is there.
        cpu.write<elr_el2> (cpu.read<elr_el2> () - instruction_size);
        return world.exit ({.reason = RAVELIN_EXIT_PAGE, .details = {page.value (), 0, 0}});
    }
    set_result (registers, sharing == Vms::Sharing::done ? SMCCC_SUCCESS : SMCCC_INVALID_PARAMETER);
    return Next::resume;
}
}  // namespace

auto answer_guest_call (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world, Registers &registers,
                        std::uint64_t syndrome) -> Next {
    const auto function = static_cast<std::uint32_t> (registers.x[0]);
    if (esr::immediate.any (syndrome)) [[unlikely]] {
        set_result (registers, SMCCC_NOT_SUPPORTED);
        return Next::resume;
    }
    switch (function) {
    [[likely]] case PSCI_VERSION:
        set_result (registers, PSCI_VERSION_1_1);
        return Next::resume;
    case SMCCC_VERSION: set_result (registers, SMCCC_VERSION_1_1); return Next::resume;
    case SMCCC_ARCH_FEATURES:
        set_result (registers, architecture_feature (static_cast<std::uint32_t> (registers.x[1])));
        return Next::resume;
    case RAVELIN_GUEST_CALL_UID:
        registers.x[0] = RAVELIN_GUEST_UID_0;
        registers.x[1] = RAVELIN_GUEST_UID_1;
        registers.x[2] = RAVELIN_GUEST_UID_2;
        registers.x[3] = RAVELIN_GUEST_UID_3;
        return Next::resume;
    case RAVELIN_GUEST_FEATURES:
        registers.x[0] = world.vm (cpu).is_protected ? features_of_protected : features_of_all;
        registers.x[1] = registers.x[2] = registers.x[3] = 0;
        return Next::resume;
    case RAVELIN_GUEST_MEMINFO:
    case RAVELIN_GUEST_SHARE:
    case RAVELIN_GUEST_UNSHARE:
    case RAVELIN_GUEST_MMIO_GUARD:
        if (world.vm (cpu).is_protected) { return answer_protected (cpu, vms, world, registers); }
        [[fallthrough]];
    default: return answer_guest_psci (cpu, hardware, world, registers);
    }
}

}  // namespace ravelin
