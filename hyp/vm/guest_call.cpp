// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/host/instruction.hpp"
#include "hyp/host/psci.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/guest_trap.hpp"

#include <algorithm>

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

/// The calls that only protected VMs have.
[[nodiscard]] auto answer_protected (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world,
                                     Registers &registers) -> Next {
    Vm &vm              = world.vm (cpu);
    const auto function = static_cast<std::uint32_t> (registers.x[0]);
    const Ipa page{registers.x[1]};

    const auto succeeds_if = [&] (bool good) {
        return answer (registers, good ? SMCCC_SUCCESS : SMCCC_INVALID_PARAMETER);
    };

    if (registers.x[2] != 0 || registers.x[3] != 0) { return succeeds_if (false); }
    if (function == RAVELIN_GUEST_MEMINFO) {
        return page == Ipa{0} ? answer (registers, page_size) : succeeds_if (false);
    }
    if (function == RAVELIN_GUEST_REFUSE) {
        const auto why = registers.x[1];
        if (why >> 32U != 0) { return succeeds_if (false); }
        return end_vm (cpu, vms, hardware, world, {.reason = RAVELIN_EXIT_REFUSED, .details = {why}});
    }
    if (function == RAVELIN_GUEST_MMIO_GUARD) {
        const IpaRange range{page, page_size};
        return succeeds_if (page.is_aligned (page_size) && vm.is_ipa (range) && !vm.overlaps_ram (range));
    }
    const auto done = vms.set_sharing (cpu, vm, page, function == RAVELIN_GUEST_SHARE);
    if (done == refuse (Status::again)) {
        // The guest calls again, once the page is there.
        cpu.write<elr_el2> (cpu.read<elr_el2> () - instruction_size);
        return world.exit ({.reason = RAVELIN_EXIT_PAGE, .details = {page.value ()}});
    }
    return succeeds_if (done.has_value ());
}
}  // namespace

auto answer_guest_call (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world, Registers &registers,
                        std::uint64_t syndrome) -> Next {
    auto &x = registers.x;
    if (esr::immediate.any (syndrome)) [[unlikely]] { return answer (registers, SMCCC_NOT_SUPPORTED); }
    switch (static_cast<std::uint32_t> (x[0])) {
    [[likely]] case PSCI_VERSION:
        return answer (registers, PSCI_VERSION_1_1);
    case RAVELIN_GUEST_CALL_UID:
        std::ranges::copy (
            std::array{RAVELIN_GUEST_UID_0, RAVELIN_GUEST_UID_1, RAVELIN_GUEST_UID_2, RAVELIN_GUEST_UID_3}, x.begin ());
        return Next::resume;
    case RAVELIN_GUEST_FEATURES:
        x[0] = world.vm (cpu).is_protected ? features_of_protected : features_of_all;
        x[1] = x[2] = x[3] = 0;
        return Next::resume;
    case RAVELIN_GUEST_MEMINFO:
    case RAVELIN_GUEST_SHARE:
    case RAVELIN_GUEST_UNSHARE:
    case RAVELIN_GUEST_MMIO_GUARD:
    case RAVELIN_GUEST_REFUSE:
        if (world.vm (cpu).is_protected) { return answer_protected (cpu, vms, hardware, world, registers); }
        [[fallthrough]];
    default: return answer_guest_psci (cpu, vms, hardware, world, registers);
    }
}

}  // namespace ravelin
