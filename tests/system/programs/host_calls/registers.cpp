// SPDX-License-Identifier: BSD-2-Clause
#include "call_registers.hpp"
#include "host_calls.hpp"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/status.h"
#include "report.hpp"

#include <array>

using namespace el1;

namespace host_calls {

namespace {
/// Every register has a value of its own, so that one that lands in another's place shows.
[[nodiscard]] auto distinct_registers (std::uint64_t x0, std::uint64_t x1) -> Context {
    constexpr std::uint64_t pattern = 0x5a5a'0101'0101'0101;
    Context context;
    for (std::size_t i = 0; i < context.x.size (); ++i) {
        context.x[i] = pattern * (i + 1);
    }
    context.x[0] = x0;
    context.x[1] = x1;
    return context;
}

struct Call {
    std::uint32_t function;
    std::uint64_t x1;
};

constexpr std::array calls{
    Call{RAVELIN_NULL, 0x1234},
    Call{RAVELIN_CALL_UID, 0x1234},
    Call{RAVELIN_CALL_REVISION, 0x1234},
    Call{RAVELIN_FEATURES, 0x1234},
    Call{RAVELIN_TRAP_COUNT, 0x1234},  // refused: there's no such CPU
    Call{SMCCC_VERSION, 0x1234},
    Call{SMCCC_ARCH_FEATURES, SMCCC_VERSION},
    Call{PSCI_VERSION, 0x1234},
    Call{PSCI_FEATURES, PSCI_CPU_ON_64},
    Call{PSCI_MIGRATE_INFO_TYPE, 0x1234},
    Call{PSCI_AFFINITY_INFO_64, 0x1234},
    Call{PSCI_CPU_ON_64, 0x1234},
    Call{PSCI_CPU_SUSPEND_64, PSCI_POWER_STATE_DOWN},
    Call{0x8400'0050, 0x1234},  // unknown
};

void calls_change_only_their_results (std::uint32_t instruction, Level level, std::string_view detail) {
    Test test{"a call changes only its results", detail};
    for (const Call &call : calls) {
        const Context before = distinct_registers (call.function, call.x1);
        Context after        = before;
        test.about ("call", call.function);
        test.expect ("the CPU comes back behind it", run_instruction (instruction, level, after));
        expect_unchanged (test, before, after, result_registers (call.function));
    }
}

void other_immediates_are_no_calls (std::uint32_t (&make) (std::uint32_t), std::string_view detail) {
    constexpr std::array<std::uint32_t, 4> immediates{1, 0x4a48, 0x8000, 0xffff};

    Test test{"an immediate other than 0 is not supported", detail};
    for (const std::uint32_t immediate : immediates) {
        const Context before = distinct_registers (RAVELIN_CALL_UID, 0);
        Context after        = before;
        test.about ("immediate", immediate);
        test.expect ("the CPU comes back behind it", run_instruction (make (immediate), Level::el1h, after));
        test.status ("X0", static_cast<std::int64_t> (after.x[0]), RAVELIN_NOT_SUPPORTED);
        expect_unchanged (test, before, after, 1);
    }
}

}  // namespace

void test_registers () {
    calls_change_only_their_results (hvc_instruction (0), Level::el1h, "HVC");
    calls_change_only_their_results (smc_instruction (0), Level::el1h, "SMC");
    calls_change_only_their_results (hvc_instruction (0), Level::el1t, "HVC from EL1t");
    calls_change_only_their_results (smc_instruction (0), Level::el1t, "SMC from EL1t");
    other_immediates_are_no_calls (hvc_instruction, "HVC");
    other_immediates_are_no_calls (smc_instruction, "SMC");
}

}  // namespace host_calls
