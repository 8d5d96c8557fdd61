// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"
#include "vmm.hpp"

#include <cerrno>
#include <sys/mman.h>
#include <vector>

namespace {
constexpr std::uint64_t page = 4096;
}  // namespace

void test_system () {
    const Descriptor kvm = open_kvm ();
    {
        Test test{"the device says what it is"};
        expect (test, "KVM_GET_API_VERSION", kvm.call (KVM_GET_API_VERSION, 0UL), KVM_API_VERSION);
        expect (test, "KVM_GET_VCPU_MMAP_SIZE", kvm.call (KVM_GET_VCPU_MMAP_SIZE, 0UL), page);
        expect (test, "an unknown call", kvm.call (_IO (KVMIO, 0xfe), 0UL), -ENOTTY);
        for (const int capability :
             {KVM_CAP_IRQCHIP, KVM_CAP_USER_MEMORY, KVM_CAP_ONE_REG, KVM_CAP_IRQFD, KVM_CAP_IOEVENTFD,
              KVM_CAP_DEVICE_CTRL, KVM_CAP_ARM_PSCI_0_2, KVM_CAP_MP_STATE, KVM_CAP_IMMEDIATE_EXIT}) {
            expect (test, "a capability", kvm.call (KVM_CHECK_EXTENSION, static_cast<unsigned long> (capability)), 1);
        }
        expect (test, "KVM_CAP_MAX_VCPUS", kvm.call (KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS), 8);
        expect (test, "KVM_CAP_SYNC_MMU", kvm.call (KVM_CHECK_EXTENSION, KVM_CAP_SYNC_MMU), 0);
    }
    {
        Test test{"a type of VM that there isn't is refused"};
        expect (test, "both kinds", kvm.call (KVM_CREATE_VM, protected_vm | plain_vm), -EINVAL);
        expect (test, "31 bits of IPA", kvm.call (KVM_CREATE_VM, plain_vm | 31), -EINVAL);
        expect (test, "41 bits of IPA", kvm.call (KVM_CREATE_VM, plain_vm | 41), -EINVAL);
        expect (test, "an unknown bit", kvm.call (KVM_CREATE_VM, 1UL << 29), -EINVAL);
    }
}

void test_slots () {
    const Vm vm{plain_vm | 36};
    const Memory more{4 * page};
    const auto address = reinterpret_cast<std::uint64_t> (more.bytes ());
    const kvm_userspace_memory_region good{1, 0, 0x8000'0000, 4 * page, address};
    const auto with = [&] (auto change) {
        kvm_userspace_memory_region region = good;
        change (region);
        return vm.set_slot (region);
    };
    {
        Test test{"a memory slot that can't be is refused"};
        expect (test, "half a page", with ([] (auto &r) { r.memory_size = page / 2; }), -EINVAL);
        expect (test, "an odd IPA", with ([] (auto &r) { r.guest_phys_addr += 8; }), -EINVAL);
        expect (test, "an odd address", with ([] (auto &r) { r.userspace_addr += 8; }), -EINVAL);
        expect (test, "a kernel's address", with ([] (auto &r) { r.userspace_addr = 0xffff'0000'0000'0000; }), -EINVAL);
        expect (test, "beyond the IPAs", with ([] (auto &r) { r.guest_phys_addr = (1UL << 36) - page; }), -EINVAL);
        expect (test, "a wrap", with ([] (auto &r) { r.guest_phys_addr = 0UL - page; }), -EINVAL);
        expect (test, "an unknown flag", with ([] (auto &r) { r.flags = 1U << 2; }), -EINVAL);
        expect (test, "slot 64", with ([] (auto &r) { r.slot = 64; }), -EINVAL);
        expect (test, "over another", with ([] (auto &r) { r.guest_phys_addr = ram_start + page; }), -EEXIST);
        expect (test, "the end of none", with ([] (auto &r) { r.memory_size = 0; }), -EINVAL);
    }
    {
        Test test{"a memory slot can be moved and removed, and nothing else"};
        expect (test, "a new one", vm.set_slot (good), 0);
        expect (test, "the same again", vm.set_slot (good), 0);
        expect (test, "moved", with ([] (auto &r) { r.guest_phys_addr = 0x9000'0000; }), 0);
        expect (test, "another size", with ([] (auto &r) { r.memory_size = page; }), -EINVAL);
        expect (test, "another address", with ([] (auto &r) { r.userspace_addr += page; }), -EINVAL);
        expect (test, "read-only now", with ([] (auto &r) { r.flags = KVM_MEM_READONLY; }), -EINVAL);
        expect (test, "removed", with ([] (auto &r) { r.memory_size = 0; }), 0);
        expect (test, "removed again", with ([] (auto &r) { r.memory_size = 0; }), -EINVAL);
    }
    {
        Test test{"a protected VM has eight slots of RAM"};
        const Vm own{protected_vm};
        const Memory pages{8 * page};
        for (unsigned i = 1; i <= 8; ++i) {
            const auto from = reinterpret_cast<std::uint64_t> (pages.bytes ()) + (i - 1) * page;
            const int added = own.set_slot ({i, 0, 0x8000'0000 + 2 * i * page, page, from});
            expect (test, "one more", added, i < 8 ? 0 : -ENOMEM);
        }
    }
    {
        Test test{"a protected VM takes private anonymous memory only"};
        const Vm own{protected_vm};
        const Memory shared{4 * page, MAP_SHARED};
        kvm_userspace_memory_region region = good;
        region.userspace_addr              = reinterpret_cast<std::uint64_t> (shared.bytes ());
        expect (test, "shared memory", own.set_slot (region), -EINVAL);
        region.userspace_addr = 0x1000;
        expect (test, "nothing", own.set_slot (region), -EINVAL);
        expect (test, "private memory", own.set_slot (good), 0);
        region.slot            = 2;
        region.guest_phys_addr = 0x9000'0000;
        region.flags           = KVM_MEM_LOG_DIRTY_PAGES;
        expect (test, "dirty logging", own.set_slot (region), -EINVAL);
    }
}

void test_vcpus () {
    const Vm vm{plain_vm};
    const Vcpu vcpu{vm, 0, false};
    {
        Test test{"a vCPU is made once, and initialised before it is used"};
        expect (test, "vCPU 8", vm.vm.call (KVM_CREATE_VCPU, 8UL), -EINVAL);
        expect (test, "vCPU 0 again", vm.vm.call (KVM_CREATE_VCPU, 0UL), -EEXIST);
        expect (test, "KVM_RUN", vcpu.go (), -ENOEXEC);
        expect (test, "KVM_SET_ONE_REG", vcpu.set (x (0), 1), -ENOEXEC);
        expect (test, "another target", vcpu.initialise ({.target = KVM_ARM_TARGET_CORTEX_A57, .features = {}}),
                -EINVAL);
        expect (test, "32 bits",
                vcpu.initialise ({.target = KVM_ARM_TARGET_GENERIC_V8, .features = {1U << KVM_ARM_VCPU_EL1_32BIT}}),
                -ENOENT);
        expect (test, "a feature of the future",
                vcpu.initialise ({.target = KVM_ARM_TARGET_GENERIC_V8, .features = {0, 1}}), -ENOENT);
        expect (test, "a good one", vcpu.initialise ({.target = KVM_ARM_TARGET_GENERIC_V8, .features = {}}), 0);
    }
    {
        Test test{"each register that is listed can be read, and written back"};
        kvm_reg_list head{};
        expect (test, "a list without room", vcpu.descriptor.call (KVM_GET_REG_LIST, &head), -E2BIG);
        std::vector<std::uint64_t> list (head.n + 1);
        list[0] = head.n;
        expect (test, "KVM_GET_REG_LIST", vcpu.descriptor.call (KVM_GET_REG_LIST, list.data ()), 0);
        test.expect (head.n > 160, "there are " + std::to_string (head.n));
        for (std::size_t i = 1; i < list.size (); ++i) {
            std::array<std::uint64_t, 2> value{};
            const kvm_one_reg reg{.id = list[i], .addr = reinterpret_cast<std::uint64_t> (value.data ())};
            const int got = vcpu.descriptor.call (KVM_GET_ONE_REG, &reg);
            const int put = vcpu.descriptor.call (KVM_SET_ONE_REG, &reg);
            test.expect (got == 0 && put == 0, "register " + std::to_string (list[i]) + " gives " +
                                                   std::to_string (got) + " and " + std::to_string (put));
        }
    }
    {
        Test test{"a register keeps what is written to it"};
        constexpr std::uint64_t v31 =
            KVM_REG_ARM64 | KVM_REG_SIZE_U128 | KVM_REG_ARM_CORE | (KVM_REG_ARM_CORE_REG (fp_regs.vregs[0]) + 4 * 31);
        const std::array<std::uint64_t, 2> in{0x1122'3344'5566'7788, 0x99aa'bbcc'ddee'ff00};
        std::array<std::uint64_t, 2> out{};
        const kvm_one_reg put{.id = v31, .addr = reinterpret_cast<std::uint64_t> (in.data ())};
        const kvm_one_reg get{.id = v31, .addr = reinterpret_cast<std::uint64_t> (out.data ())};
        expect (test, "X30", vcpu.set (x (30), 0x1234'5678'9abc'def0), 0);
        test.expect (vcpu.get (x (30)) == 0x1234'5678'9abc'def0, "X30 has changed");
        expect (test, "V31", vcpu.descriptor.call (KVM_SET_ONE_REG, &put), 0);
        expect (test, "V31", vcpu.descriptor.call (KVM_GET_ONE_REG, &get), 0);
        test.expect (in == out, "V31 has changed");
        constexpr std::uint64_t pfr0 = ARM64_SYS_REG (3, 0, 0, 4, 0);
        test.expect ((vcpu.get (pfr0).value_or (0) & 0xff0) == 0x010, "ID_AA64PFR0_EL1 has no EL1, or an EL2");
        expect (test, "another ID_AA64PFR0_EL1", vcpu.set (pfr0, 0x11), -EINVAL);
        test.expect (!vcpu.get (core_u64 | 0xfff), "there's a register that there isn't");
        expect (test, "a PSTATE of EL2", vcpu.set (core_u64 | KVM_REG_ARM_CORE_REG (regs.pstate), 0x3c9), -EINVAL);
    }
    {
        Test test{"the interrupts of a vCPU's timers are what they are"};
        const auto attribute = [&] (unsigned long request, std::uint32_t group, std::uint64_t number,
                                    std::uint32_t &value) {
            const kvm_device_attr which{
                .flags = 0, .group = group, .attr = number, .addr = reinterpret_cast<std::uint64_t> (&value)};
            return vcpu.descriptor.call (request, &which);
        };
        for (const auto &[number, intid] : {std::pair{std::uint64_t{KVM_ARM_VCPU_TIMER_IRQ_VTIMER}, 27U},
                                            std::pair{std::uint64_t{KVM_ARM_VCPU_TIMER_IRQ_PTIMER}, 30U}}) {
            std::uint32_t value = 0;
            expect (test, "has", attribute (KVM_HAS_DEVICE_ATTR, KVM_ARM_VCPU_TIMER_CTRL, number, value), 0);
            expect (test, "get", attribute (KVM_GET_DEVICE_ATTR, KVM_ARM_VCPU_TIMER_CTRL, number, value), 0);
            test.expect (value == intid, "it's " + std::to_string (value));
            expect (test, "set", attribute (KVM_SET_DEVICE_ATTR, KVM_ARM_VCPU_TIMER_CTRL, number, value), 0);
            ++value;
            expect (test, "change", attribute (KVM_SET_DEVICE_ATTR, KVM_ARM_VCPU_TIMER_CTRL, number, value), -EINVAL);
        }
        std::uint32_t none = 0;
        expect (test, "a PMU", attribute (KVM_HAS_DEVICE_ATTR, KVM_ARM_VCPU_PMU_V3_CTRL, 0, none), -ENXIO);
    }
    {
        Test test{"a vCPU can be turned off and on"};
        kvm_mp_state state{};
        expect (test, "KVM_GET_MP_STATE", vcpu.descriptor.call (KVM_GET_MP_STATE, &state), 0);
        test.expect (state.mp_state == KVM_MP_STATE_RUNNABLE, "it's off at first");
        state.mp_state = KVM_MP_STATE_STOPPED;
        expect (test, "KVM_SET_MP_STATE", vcpu.descriptor.call (KVM_SET_MP_STATE, &state), 0);
        state = {};
        expect (test, "KVM_GET_MP_STATE", vcpu.descriptor.call (KVM_GET_MP_STATE, &state), 0);
        test.expect (state.mp_state == KVM_MP_STATE_STOPPED, "it's still on");
        state.mp_state = KVM_MP_STATE_SUSPENDED;
        expect (test, "another state", vcpu.descriptor.call (KVM_SET_MP_STATE, &state), -EINVAL);
        kvm_vcpu_events events{};
        expect (test, "KVM_GET_VCPU_EVENTS", vcpu.descriptor.call (KVM_GET_VCPU_EVENTS, &events), 0);
        expect (test, "KVM_SET_VCPU_EVENTS", vcpu.descriptor.call (KVM_SET_VCPU_EVENTS, &events), 0);
    }
}
