// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecGuestCalls : public SmallHost {
  protected:
    /// A VM with a page at its RAM's first address, on CPU 0.
    auto started (std::uint64_t properties) -> Handle {
        const Handle vm = fed_vm (properties);
        EXPECT_EQ (properties == plain ? lend (vm, vm_ram, pa) : donate (vm, vm_ram, pa), RAVELIN_SUCCESS);
        start (vm);
        return vm;
    }

    std::uint64_t pa{new_page ()};
};

TEST_F (SpecGuestCalls, answer_the_smc_calling_convention_and_psci) {
    for (const std::uint64_t properties : {plain, protected_one}) {
        pa = new_page ();
        started (properties);
        EXPECT_EQ (guest_call ({SMCCC_VERSION}), SMCCC_VERSION_1_1);
        EXPECT_EQ (last, returns (Next::guest, {SMCCC_VERSION_1_1})) << "all other registers keep their values";
        EXPECT_EQ (guest_call ({SMCCC_ARCH_FEATURES, SMCCC_VERSION}), SMCCC_SUCCESS);
        EXPECT_EQ (guest_call ({SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES}), SMCCC_SUCCESS);
        EXPECT_EQ (guest_call ({SMCCC_ARCH_FEATURES, 0x80008000}), SMCCC_NOT_SUPPORTED);
        EXPECT_EQ (guest_call ({PSCI_VERSION}), PSCI_VERSION_1_1);
        EXPECT_EQ (guest_call ({PSCI_FEATURES, PSCI_VERSION}), PSCI_SUCCESS);
        EXPECT_EQ (guest_call ({PSCI_FEATURES, PSCI_FEATURES}), PSCI_SUCCESS);
        EXPECT_EQ (guest_call ({PSCI_FEATURES, SMCCC_VERSION}), PSCI_SUCCESS);
        EXPECT_EQ (guest_call ({PSCI_FEATURES, 0xffff'ffff'0000'0000 | PSCI_VERSION}), PSCI_SUCCESS) << "W1";
        EXPECT_EQ (guest_call ({PSCI_FEATURES, 0x84000014}), PSCI_NOT_SUPPORTED) << "SYSTEM_SUSPEND";
        EXPECT_EQ (guest_call ({PSCI_FEATURES, 0}), PSCI_NOT_SUPPORTED);
        EXPECT_EQ (guest_call ({0x84000014}), SMCCC_NOT_SUPPORTED);
        EXPECT_EQ (guest_call ({RAVELIN_VM_DESTROY}), SMCCC_NOT_SUPPORTED) << "that is its host's";
        interrupt ();
    }
}

TEST_F (SpecGuestCalls, the_service_is_pkvms) {
    started (plain);
    guest_call ({0xffff'ffff'0000'0000 | RAVELIN_GUEST_CALL_UID});
    EXPECT_EQ (last, returns (Next::guest, {0xb66fb428, 0xe911c52e, 0x564bcaa9, 0x743a004d}));
}

TEST_F (SpecGuestCalls, features_name_the_calls) {
    started (protected_one);
    guest_call ({RAVELIN_GUEST_FEATURES});
    EXPECT_EQ (last, returns (Next::guest, {0b1001'1101, 0, 0, 0}));
}

TEST_F (SpecGuestCalls, a_plain_vm_has_no_others) {
    started (plain);
    guest_call ({RAVELIN_GUEST_FEATURES});
    EXPECT_EQ (last, returns (Next::guest, {1, 0, 0, 0}));
    for (const std::uint64_t id :
         {RAVELIN_GUEST_MEMINFO, RAVELIN_GUEST_SHARE, RAVELIN_GUEST_UNSHARE, RAVELIN_GUEST_MMIO_GUARD}) {
        EXPECT_EQ (guest_call ({id, vm_ram, 1, 1}), SMCCC_NOT_SUPPORTED);
    }
}

TEST_F (SpecGuestCalls, meminfo_is_a_page) {
    started (protected_one);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MEMINFO}), 4096);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MEMINFO, 1}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MEMINFO, 0, 1}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MEMINFO, 0, 0, 1}), SMCCC_INVALID_PARAMETER);
}

TEST_F (SpecGuestCalls, share_lets_the_host_in_and_unshare_out) {
    const Handle vm = started (protected_one);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_SHARE, vm_ram}), SMCCC_SUCCESS);
    EXPECT_TRUE (host_reaches (pa));
    EXPECT_NE (mapping (vm, vm_ram), nullptr);
    EXPECT_EQ (spec.touched ().pages, std::vector{pa / page_bytes});
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_SHARE, vm_ram}), SMCCC_INVALID_PARAMETER) << "shared already";
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_UNSHARE, vm_ram}), SMCCC_SUCCESS);
    EXPECT_FALSE (host_reaches (pa));
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_UNSHARE, vm_ram}), SMCCC_INVALID_PARAMETER) << "not shared";
}

TEST_F (SpecGuestCalls, share_refuses_what_it_should) {
    started (protected_one);
    for (const std::uint64_t id : {RAVELIN_GUEST_SHARE, RAVELIN_GUEST_UNSHARE}) {
        EXPECT_EQ (guest_call ({id, vm_ram + 1}), SMCCC_INVALID_PARAMETER);
        EXPECT_EQ (guest_call ({id, vm_device}), SMCCC_INVALID_PARAMETER);
        EXPECT_EQ (guest_call ({id, ~0ULL << 12}), SMCCC_INVALID_PARAMETER);
        EXPECT_EQ (guest_call ({id, vm_ram, 1}), SMCCC_INVALID_PARAMETER);
        EXPECT_EQ (guest_call ({id, vm_ram, 0, 1}), SMCCC_INVALID_PARAMETER);
        EXPECT_FALSE (host_reaches (pa));
    }
}

TEST_F (SpecGuestCalls, unshare_refuses_shared_pages_with_other_arguments) {
    started (protected_one);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_SHARE, vm_ram}), SMCCC_SUCCESS);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_UNSHARE, vm_ram + 8}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_UNSHARE, vm_ram, 0, 1}), SMCCC_INVALID_PARAMETER);
    EXPECT_TRUE (host_reaches (pa));
}

TEST_F (SpecGuestCalls, a_page_that_is_not_there_is_asked_for_before_it_is_shared) {
    const Handle vm = started (protected_one);
    guest_call ({RAVELIN_GUEST_SHARE, vm_ram + page_bytes, 1});
    EXPECT_EQ (last.next, Next::guest) << "the call is wrong: nobody is asked";
    guest_call ({RAVELIN_GUEST_SHARE, vm_ram + page_bytes});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, vm_ram + page_bytes));

    EXPECT_EQ (donate (vm, vm_ram + page_bytes, new_page ()), RAVELIN_SUCCESS);
    run (vm);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_SHARE, vm_ram + page_bytes}), SMCCC_SUCCESS);
}

TEST_F (SpecGuestCalls, a_page_that_is_not_there_is_not_shared) {
    started (protected_one);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_UNSHARE, vm_ram + page_bytes}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (last.next, Next::guest);
}

TEST_F (SpecGuestCalls, all_that_is_not_ram_is_mmio) {
    started (protected_one);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MMIO_GUARD, vm_device}), SMCCC_SUCCESS);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MMIO_GUARD, vm_device + 8}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MMIO_GUARD, vm_ram}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MMIO_GUARD, 1ULL << 40}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MMIO_GUARD, vm_device, 1}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_MMIO_GUARD, vm_device, 0, 1}), SMCCC_INVALID_PARAMETER);
}

}  // namespace
}  // namespace ravelin::spec::test
