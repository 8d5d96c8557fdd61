// SPDX-License-Identifier: BSD-2-Clause
#include "call.hpp"
#include "cpu.hpp"
#include "host_calls.hpp"
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/status.h"
#include "machine.hpp"
#include "report.hpp"
#include "timer.hpp"
#include "trap_counts.hpp"

#include <array>

using namespace el1;

namespace host_calls {

namespace {
// Numbers of services that Ravelin doesn't offer, and neighbours of those it does.  [ARM DEN 0028, 6]
constexpr std::array unknown_calls{
    0x0000'0000U,  // a yielding call
    0x8000'3fffU,  // SMCCC_ARCH_WORKAROUND_3
    0x8000'7fffU,  // SMCCC_ARCH_WORKAROUND_2
    0x8000'8000U,  // SMCCC_ARCH_WORKAROUND_1
    0x8200'0000U,  // silicon provider
    0x8300'0000U,  // OEM
    0x8400'0005U,  // PSCI MIGRATE
    0x8400'000eU,  // PSCI SYSTEM_SUSPEND
    0x8400'0013U,  // PSCI MEM_PROTECT
    0x8400'0050U,  // TRNG_VERSION
    0xc400'0008U,  // PSCI SYSTEM_OFF, which has no 64-bit form
    0xc400'0020U,  // SDEI_VERSION
    0x8600'0000U,  // RAVELIN_FEATURES, which has no 32-bit form
    0x8600'ff00U,  // the deprecated call count
    0xc600'0003U,  // behind those of host_calls.h
    0xc600'0024U,  // behind the last of Ravelin's
    0xc600'ff01U,  // the UID, which has no 64-bit form
    0xbf00'ff01U,  // trusted OS
    0xffff'ffffU,
};

template <Conduit Way>
void unknown_calls_are_not_supported (std::string_view conduit) {
    Test test{"unknown calls are not supported", conduit};
    for (const std::uint32_t function : unknown_calls) {
        test.about ("call", function);
        test.status ("its result", psci_status (call<Way> (function)), SMCCC_NOT_SUPPORTED);
    }
}

template <Conduit Way>
void calls_that_only_tell (std::string_view conduit) {
    Test test{"calls that only tell say what the headers say", conduit};
    const auto uid = call<Way> (RAVELIN_CALL_UID);
    test.equal ("UID 0", uid[0], RAVELIN_UID_0);
    test.equal ("UID 1", uid[1], RAVELIN_UID_1);
    test.equal ("UID 2", uid[2], RAVELIN_UID_2);
    test.equal ("UID 3", uid[3], RAVELIN_UID_3);

    const auto revision = call<Way> (RAVELIN_CALL_REVISION);
    test.equal ("major revision", revision[0], RAVELIN_REVISION_MAJOR);
    test.equal ("minor revision", revision[1], RAVELIN_REVISION_MINOR);

    const auto features = call<Way> (RAVELIN_FEATURES);
    test.equal ("status of FEATURES", features[0], RAVELIN_SUCCESS);
    test.equal ("features", features[1], RAVELIN_FEATURE_TRAP_COUNT | RAVELIN_FEATURE_VMS | RAVELIN_FEATURE_VM_GIC);

    test.equal ("null call", call<Way> (RAVELIN_NULL)[0], RAVELIN_SUCCESS);
    constexpr std::uint64_t above_w0 = 0xdead'beef'0000'0000;
    test.equal ("null call with bits above W0", call<Way> (above_w0 | RAVELIN_NULL)[0], RAVELIN_SUCCESS);

    test.equal ("SMCCC version", call<Way> (SMCCC_VERSION)[0], SMCCC_VERSION_1_1);
    test.status ("SMCCC_ARCH_FEATURES of SMCCC_VERSION", psci_status (call<Way> (SMCCC_ARCH_FEATURES, SMCCC_VERSION)),
                 SMCCC_SUCCESS);
    constexpr std::uint64_t workaround_1 = 0x8000'8000;
    test.status ("SMCCC_ARCH_FEATURES of WORKAROUND_1", psci_status (call<Way> (SMCCC_ARCH_FEATURES, workaround_1)),
                 SMCCC_NOT_SUPPORTED);
}

void traps_are_counted () {
    Test test{"each trap is counted once"};
    constexpr std::uint64_t calls = 10;
    {
        const TrapWatch watch;
        for (std::uint64_t i = 0; i < calls; ++i) {
            static_cast<void> (hvc (RAVELIN_NULL));
        }
        watch.expect (test, RAVELIN_TRAP_HVC, calls);
    }
    {
        const TrapWatch watch;
        for (std::uint64_t i = 0; i < calls; ++i) {
            static_cast<void> (smc (RAVELIN_NULL));
        }
        watch.expect (test, RAVELIN_TRAP_SMC, calls);
    }
}

void trap_counts_have_limits () {
    Test test{"TRAP_COUNT refuses CPUs and causes that there aren't"};
    const auto cpus   = machine ().cpus.size ();
    const auto status = [] (std::uint64_t cpu, std::uint64_t cause) {
        return static_cast<std::int64_t> (hvc (RAVELIN_TRAP_COUNT, cpu, cause)[0]);
    };

    constexpr std::uint64_t bit_32 = 1ULL << 32;
    test.status ("the last CPU and cause", status (cpus - 1, RAVELIN_TRAP_CAUSES - 1), RAVELIN_SUCCESS);
    test.status ("a CPU too many", status (cpus, 0), RAVELIN_INVALID);
    test.status ("a cause too many", status (0, RAVELIN_TRAP_CAUSES), RAVELIN_INVALID);
    test.status ("CPU 2^32", status (bit_32, 0), RAVELIN_INVALID);
    test.status ("cause 2^32", status (0, bit_32), RAVELIN_INVALID);
    test.status ("the last CPU of all", status (~0ULL, 0), RAVELIN_INVALID);
}

void call_null_ten_times (void *) {
    for (int i = 0; i < 10; ++i) {
        static_cast<void> (hvc (RAVELIN_NULL));
    }
}

void other_cpus_are_counted_apart () {
    if (machine ().cpus.size () == 1) { return; }
    Test test{"another CPU's traps are counted for it"};
    constexpr std::uint64_t patience = 10'000;
    const auto before                = TrapCounts::of_cpu (1)[RAVELIN_TRAP_HVC];
    test.status ("CPU_ON", turn_on (1, machine ().cpus[1], call_null_ten_times, nullptr), PSCI_SUCCESS);
    test.expect ("it turned itself off again", wait_until (patience, [] {
                     return psci_status (hvc (PSCI_AFFINITY_INFO_64, machine ().cpus[1])) == PSCI_AFFINITY_OFF;
                 }));
    // Ten calls, and the one that turned it off.
    test.equal ("its hypervisor calls", TrapCounts::of_cpu (1)[RAVELIN_TRAP_HVC] - before, 11);
}
}  // namespace

void test_identity () {
    calls_that_only_tell<Conduit::hvc> ("HVC");
    calls_that_only_tell<Conduit::smc> ("SMC");
    unknown_calls_are_not_supported<Conduit::hvc> ("HVC");
    unknown_calls_are_not_supported<Conduit::smc> ("SMC");
    traps_are_counted ();
    trap_counts_have_limits ();
    other_cpus_are_counted_apart ();
}

}  // namespace host_calls
