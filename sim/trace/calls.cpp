// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/calls.hpp"

#include "hyp/abi/guest_calls.h"
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/vm_calls.h"

#include <algorithm>
#include <array>
#include <span>

namespace ravelin::sim::trace {

namespace {
constexpr std::array of_both{
    Call{SMCCC_VERSION, "SMCCC_VERSION", ""},
    Call{SMCCC_ARCH_FEATURES, "SMCCC_ARCH_FEATURES", "id"},
    Call{PSCI_VERSION, "PSCI_VERSION", ""},
    Call{PSCI_CPU_SUSPEND_32, "PSCI_CPU_SUSPEND", "state entry context"},
    Call{PSCI_CPU_SUSPEND_64, "PSCI_CPU_SUSPEND", "state entry context"},
    Call{PSCI_CPU_OFF, "PSCI_CPU_OFF", ""},
    Call{PSCI_CPU_ON_32, "PSCI_CPU_ON", "target entry context"},
    Call{PSCI_CPU_ON_64, "PSCI_CPU_ON", "target entry context"},
    Call{PSCI_AFFINITY_INFO_32, "PSCI_AFFINITY_INFO", "target level"},
    Call{PSCI_AFFINITY_INFO_64, "PSCI_AFFINITY_INFO", "target level"},
    Call{PSCI_MIGRATE_INFO_TYPE, "PSCI_MIGRATE_INFO_TYPE", ""},
    Call{PSCI_SYSTEM_OFF, "PSCI_SYSTEM_OFF", ""},
    Call{PSCI_SYSTEM_RESET, "PSCI_SYSTEM_RESET", ""},
    Call{PSCI_FEATURES, "PSCI_FEATURES", "id"},
};

constexpr std::array of_host{
    Call{RAVELIN_CALL_UID, "CALL_UID", ""},
    Call{RAVELIN_CALL_REVISION, "CALL_REVISION", ""},
    Call{RAVELIN_FEATURES, "FEATURES", ""},
    Call{RAVELIN_NULL, "NULL", ""},
    Call{RAVELIN_TRAP_COUNT, "TRAP_COUNT", "cpu cause"},
    Call{RAVELIN_VM_CREATE, "VM_CREATE", "pa properties vcpus"},
    Call{RAVELIN_VM_FIND, "VM_FIND", "place"},
    Call{RAVELIN_ID_REGISTER, "ID_REGISTER", "register ipa_bits"},
    Call{RAVELIN_VM_ADD_RAM, "VM_ADD_RAM", "vm ipa bytes"},
    Call{RAVELIN_VM_TOP_UP, "VM_TOP_UP", "vm pa pages"},
    Call{RAVELIN_VM_DONATE, "VM_DONATE", "vm ipa pa pages"},
    Call{RAVELIN_VM_LEND, "VM_LEND", "vm ipa pa pages writable"},
    Call{RAVELIN_VM_PROTECT, "VM_PROTECT", "vm ipa pages writable"},
    Call{RAVELIN_VM_UNMAP, "VM_UNMAP", "vm ipa pages"},
    Call{RAVELIN_VCPU_CREATE, "VCPU_CREATE", "vm vcpu pa pc x0 flags"},
    Call{RAVELIN_VCPU_RUN, "VCPU_RUN", "vm vcpu loaded done"},
    Call{RAVELIN_VCPU_GET, "VCPU_GET", "vm vcpu register"},
    Call{RAVELIN_VCPU_SET, "VCPU_SET", "vm vcpu register value"},
    Call{RAVELIN_VM_DESTROY, "VM_DESTROY", "vm"},
    Call{RAVELIN_VM_RECLAIM, "VM_RECLAIM", "vm"},
    Call{RAVELIN_VM_SET_GIC, "VM_SET_GIC", "vm distributor cpu_interface intids"},
    Call{RAVELIN_VM_SET_TIME, "VM_SET_TIME", "vm offset"},
    Call{RAVELIN_VM_SET_LINE, "VM_SET_LINE", "vm intid level"},
    Call{RAVELIN_GIC_GET, "GIC_GET", "vm vcpu offset"},
    Call{RAVELIN_GIC_SET, "GIC_SET", "vm vcpu offset value"},
};

constexpr std::array of_guest{
    Call{RAVELIN_GUEST_CALL_UID, "GUEST_CALL_UID", ""}, Call{RAVELIN_GUEST_FEATURES, "GUEST_FEATURES", ""},
    Call{RAVELIN_GUEST_MEMINFO, "MEMINFO", ""},         Call{RAVELIN_GUEST_SHARE, "SHARE", "ipa"},
    Call{RAVELIN_GUEST_UNSHARE, "UNSHARE", "ipa"},      Call{RAVELIN_GUEST_MMIO_GUARD, "MMIO_GUARD", "ipa"},
    Call{RAVELIN_GUEST_REFUSE, "GUEST_REFUSE", "why"},
};

[[nodiscard]] auto find (std::span<const Call> calls, std::uint64_t id) -> const Call * {
    const auto found = std::ranges::find (calls, id, &Call::id);
    return found == calls.end () ? nullptr : &*found;
}
}  // namespace

auto find_call (std::uint64_t id, bool from_guest) -> const Call * {
    // The function is in W0.
    const std::uint64_t function = id & 0xffff'ffff;
    const auto *const own        = from_guest ? find (of_guest, function) : find (of_host, function);
    return own != nullptr ? own : find (of_both, function);
}

}  // namespace ravelin::sim::trace
