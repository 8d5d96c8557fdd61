// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"

#include "host_calls.hpp"
#include "hyp/abi/smccc.h"
#include "machine.hpp"
#include "memory.hpp"
#include "others.hpp"
#include "report.hpp"

#include <array>

using namespace el1;

namespace host_calls {

namespace {
constexpr std::array offered{
    PSCI_VERSION,   PSCI_CPU_SUSPEND_32,    PSCI_CPU_SUSPEND_64,   PSCI_CPU_OFF,    PSCI_CPU_ON_32,
    PSCI_CPU_ON_64, PSCI_AFFINITY_INFO_32,  PSCI_AFFINITY_INFO_64, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET,
    PSCI_FEATURES,  PSCI_MIGRATE_INFO_TYPE, SMCCC_VERSION,
};

// MIGRATE, MIGRATE_INFO_UP_CPU, CPU_FREEZE, SYSTEM_SUSPEND, SYSTEM_RESET2, MEM_PROTECT, and no function at
// all.
constexpr std::array not_offered{0x8400'0005U, 0x8400'0007U, 0x8400'000bU, 0x8400'000eU,
                                 0x8400'0012U, 0x8400'0013U, 0xffff'ffffU};

// Bits of MPIDR_EL1 that aren't affinity, and affinities that no CPU here has.
constexpr std::array outside_affinity{1ULL << 24, 1ULL << 30, 1ULL << 31, 1ULL << 40, 1ULL << 63, 0xff00'0000ULL};
constexpr std::array absent{0x7fULL, 0x0000'ff00ULL, 0x00ff'0000ULL, 0xff'0000'0000ULL, 0xff'00ff'ffffULL};

void do_nothing (void *) {}

/// Any place that a CPU may be sent to.
[[nodiscard]] auto good_entry () -> Entry {
    return prepare_start (1, do_nothing, nullptr);
}

[[nodiscard]] auto cpu_on (std::uint64_t target, std::uint64_t entry) -> std::int64_t {
    return psci_status (hvc (PSCI_CPU_ON_64, target, entry, good_entry ().context));
}

template <Conduit Way>
void psci_says_what_it_offers (std::string_view conduit) {
    Test test{"PSCI says what it offers", conduit};
    test.equal ("version", call<Way> (PSCI_VERSION)[0], PSCI_VERSION_1_1);
    test.status ("MIGRATE_INFO_TYPE", psci_status (call<Way> (PSCI_MIGRATE_INFO_TYPE)), PSCI_NO_MIGRATION);
    for (const std::uint32_t function : offered) {
        test.about ("FEATURES of", function);
        test.status ("its result", psci_status (call<Way> (PSCI_FEATURES, function)), PSCI_SUCCESS);
    }
    for (const std::uint32_t function : not_offered) {
        test.about ("FEATURES of", function);
        test.status ("its result", psci_status (call<Way> (PSCI_FEATURES, function)), PSCI_NOT_SUPPORTED);
    }
}

template <Conduit Way>
void affinity_info_knows_each_cpu (std::string_view conduit) {
    constexpr std::uint64_t above_w = 0xdead'beef'0000'0000;
    const auto info_32              = [] (std::uint64_t target, std::uint64_t level) {
        return psci_status (call<Way> (PSCI_AFFINITY_INFO_32, target, level));
    };
    const auto info_64 = [] (std::uint64_t target, std::uint64_t level) {
        return psci_status (call<Way> (PSCI_AFFINITY_INFO_64, target, level));
    };

    Test test{"AFFINITY_INFO knows each CPU, and only those", conduit};
    for (unsigned i = 0; i < machine ().cpus.size (); ++i) {
        const auto target   = machine ().cpus[i];
        const auto expected = i == 0 ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF;
        test.about ("CPU with affinity", target);
        test.status ("its state, 64 bits", info_64 (target, 0), expected);
        test.status ("its state, 32 bits", info_32 (target, 0), expected);
        test.status ("its state, bits above W1 and W2", info_32 (above_w | target, above_w), expected);
        test.status ("level 4", info_64 (target, 4), PSCI_INVALID_PARAMETERS);
        test.status ("level 2^32", info_64 (target, 1ULL << 32), PSCI_INVALID_PARAMETERS);
        for (const std::uint64_t bits : outside_affinity) {
            test.status ("with a bit outside the affinity", info_64 (target | bits, 0), PSCI_INVALID_PARAMETERS);
        }
    }
    for (const std::uint64_t target : absent) {
        test.about ("affinity", target);
        test.status ("state of no CPU", info_64 (target, 0), PSCI_INVALID_PARAMETERS);
    }
}

void cpu_on_refuses_targets () {
    Test test{"CPU_ON refuses targets that are on or not there"};
    const auto entry = good_entry ().address;
    const auto self  = machine ().cpus[0];
    test.status ("the CPU that asks", cpu_on (self, entry), PSCI_ALREADY_ON);
    test.status ("the CPU that asks, 32 bits", psci_status (hvc (PSCI_CPU_ON_32, self, entry)), PSCI_ALREADY_ON);
    for (const std::uint64_t target : absent) {
        test.about ("affinity", target);
        test.status ("no CPU", cpu_on (target, entry), PSCI_INVALID_PARAMETERS);
    }
    for (const std::uint64_t target : machine ().cpus) {
        for (const std::uint64_t bits : outside_affinity) {
            test.about ("target", target | bits);
            test.status ("a bit outside the affinity", cpu_on (target | bits, entry), PSCI_INVALID_PARAMETERS);
        }
    }
}

void cpu_on_refuses_entries () {
    if (machine ().cpus.size () == 1) { return; }
    constexpr std::uint64_t page = ravelin::page_size;
    const Machine &here          = machine ();
    const auto own               = here.ravelin;
    const auto good              = good_entry ().address;
    const auto entries           = std::to_array<std::uint64_t> ({
        good + 1,
        good + 2,
        own.start.value (),
        own.start.value () + page,
        own.end ().value () - 4,
        here.end_of_ram ().value (),
        here.board->uart.value (),
        here.board->gic_distributor.value (),
        behind_stage2.value (),
        good | 1ULL << 40,
        good | 1ULL << 63,
        ~0ULL,
        ~3ULL,
    });

    Test test{"CPU_ON refuses entries that aren't the host's RAM"};
    for (const std::uint64_t entry : entries) {
        test.about ("entry", entry);
        test.status ("its result", cpu_on (here.cpus[1], entry), PSCI_INVALID_ADDRESS);
        test.status ("the CPU's state", affinity_info (here.cpus[1]), PSCI_AFFINITY_OFF);
    }
}
}  // namespace

void test_psci () {
    psci_says_what_it_offers<Conduit::hvc> ("HVC");
    psci_says_what_it_offers<Conduit::smc> ("SMC");
    affinity_info_knows_each_cpu<Conduit::hvc> ("HVC");
    affinity_info_knows_each_cpu<Conduit::smc> ("SMC");
    cpu_on_refuses_targets ();
    cpu_on_refuses_entries ();
}

}  // namespace host_calls
