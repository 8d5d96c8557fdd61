// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/call_name.hpp"

#include "hyp/abi/guest_calls.h"
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/vm_calls.h"
#include "sim/machine/violation.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace ravelin::fuzz {

namespace {
struct Named {
    std::uint32_t function;
    const char *name;
};

// The text of a macro's name is to be had from the preprocessor only.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define NAMED(name)                                                                                                    \
    Named {                                                                                                            \
        RAVELIN_##name, #name                                                                                          \
    }
#define STANDARD(name)                                                                                                 \
    Named {                                                                                                            \
        name, #name                                                                                                    \
    }
// NOLINTEND(cppcoreguidelines-macro-usage)

constexpr std::array everybodys{
    STANDARD (SMCCC_VERSION),         STANDARD (SMCCC_ARCH_FEATURES),   STANDARD (PSCI_VERSION),
    STANDARD (PSCI_CPU_SUSPEND_32),   STANDARD (PSCI_CPU_SUSPEND_64),   STANDARD (PSCI_CPU_OFF),
    STANDARD (PSCI_CPU_ON_32),        STANDARD (PSCI_CPU_ON_64),        STANDARD (PSCI_AFFINITY_INFO_32),
    STANDARD (PSCI_AFFINITY_INFO_64), STANDARD (PSCI_SYSTEM_OFF),       STANDARD (PSCI_SYSTEM_RESET),
    STANDARD (PSCI_FEATURES),         STANDARD (PSCI_MIGRATE_INFO_TYPE)};

constexpr std::array hosts{
    NAMED (CALL_UID),   NAMED (CALL_REVISION), NAMED (FEATURES),    NAMED (NULL),        NAMED (TRAP_COUNT),
    NAMED (VM_CREATE),  NAMED (VM_FIND),       NAMED (VM_ADD_RAM),  NAMED (VM_TOP_UP),   NAMED (VM_DONATE),
    NAMED (VM_LEND),    NAMED (VM_PROTECT),    NAMED (VM_UNMAP),    NAMED (VM_DESTROY),  NAMED (VM_RECLAIM),
    NAMED (VM_SET_GIC), NAMED (VM_SET_TIME),   NAMED (VM_SET_LINE), NAMED (VCPU_CREATE), NAMED (VCPU_RUN),
    NAMED (VCPU_GET),   NAMED (VCPU_SET),      NAMED (GIC_GET),     NAMED (GIC_SET),     NAMED (ID_REGISTER)};

constexpr std::array guests{NAMED (GUEST_CALL_UID), NAMED (GUEST_FEATURES), NAMED (GUEST_MEMINFO),
                            NAMED (GUEST_SHARE),    NAMED (GUEST_UNSHARE),  NAMED (GUEST_MMIO_GUARD),
                            NAMED (GUEST_REFUSE)};

[[nodiscard]] auto find (std::span<const Named> from, std::uint32_t function) -> const char * {
    const auto found = std::ranges::find (from, function, &Named::function);
    return found != from.end () ? found->name : nullptr;
}
}  // namespace

auto call_name (std::uint64_t x0, bool guest) -> std::string {
    const auto function = static_cast<std::uint32_t> (x0);
    if (const auto *name = find (everybodys, function)) { return name; }
    if (const auto *name = find (guest ? std::span<const Named>{guests} : hosts, function)) { return name; }
    return sim::hex (function);
}

}  // namespace ravelin::fuzz
