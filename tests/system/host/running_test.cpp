// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"
#include "tests/system/init/files.hpp"
#include "vmm.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace {
constexpr std::uint64_t psci_system_off   = 0x8400'0008;
constexpr std::uint64_t psci_system_reset = 0x8400'0009;
constexpr std::uint64_t psci_cpu_on       = 0xc400'0003;
constexpr std::uint64_t code              = 0x1000;  // offset in RAM
constexpr std::uint64_t code_ipa          = ram_start + code;

/// Runs @p words on a vCPU of a VM of its own, with X0 and X1 as given, until it exits.
struct Run {
    Run (std::initializer_list<std::uint32_t> words, std::uint64_t x0, std::uint64_t x1 = 0) {
        vm.ram.write (code, words);
        static_cast<void> (vcpu.set (x (0), x0));
        static_cast<void> (vcpu.set (x (1), x1));
        result = vcpu.go (code_ipa);
    }

    Vm vm{plain_vm};
    Vcpu vcpu{vm};
    int result;
};

void check_store (std::uint32_t word, std::uint32_t size) {
    constexpr std::uint64_t value = 0x1122'3344'5566'7788;
    const Run run{{word, a64::stay}, outside + 8, value};
    const auto &mmio = run.vcpu.run->mmio;
    Test test{"a store of " + std::to_string (size) + " bytes outside RAM comes to the VMM"};
    expect (test, "KVM_RUN", run.result, 0);
    expect (test, "its reason", static_cast<int> (run.vcpu.run->exit_reason), KVM_EXIT_MMIO);
    test.expect (mmio.phys_addr == outside + 8 && mmio.is_write != 0 && mmio.len == size, "it's another access");
    std::array<unsigned char, 8> wanted{};
    std::memcpy (wanted.data (), &value, size);
    test.expect (std::memcmp (mmio.data, wanted.data (), size) == 0, "it has other data");
    expect (test, "its end", run.vcpu.finish (), -EINTR);
    expect (test, "its reason afterwards", static_cast<int> (run.vcpu.run->exit_reason), KVM_EXIT_MMIO);
    test.expect (run.vcpu.get (pc_register) == code_ipa + 4, "its PC hasn't moved");
}

void check_load (std::uint32_t word, std::uint32_t size) {
    const Run run{{word, a64::str_x1_x0, a64::stay}, outside};
    Test test{"a load of " + std::to_string (size) + " bytes outside RAM gets what the VMM says"};
    expect (test, "KVM_RUN", run.result, 0);
    const auto &mmio = run.vcpu.run->mmio;
    test.expect (mmio.phys_addr == outside && mmio.is_write == 0 && mmio.len == size, "it's another access");
    constexpr std::uint64_t value = 0xf1e2'd3c4'b5a6'9788;
    std::memcpy (run.vcpu.run->mmio.data, &value, size);
    expect (test, "KVM_RUN", run.vcpu.go (), 0);
    const std::uint64_t mask = size == 8 ? ~0UL : (1UL << (8 * size)) - 1;
    test.expect (run.vcpu.get (x (2)) == (value & mask), "it got something else");
}

void on_alarm (int) {}

/// Sends SIGALRM to this thread @p milliseconds from now.
void set_alarm (long milliseconds) {
    struct sigaction action{};
    action.sa_handler = on_alarm;
    sigaction (SIGALRM, &action, nullptr);
    const itimerval timer{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = milliseconds * 1000}};
    setitimer (ITIMER_REAL, &timer, nullptr);
}

/// Waits until the thread, which says who it is, sleeps in a call.
void wait_until_asleep (const std::atomic<pid_t> &thread) {
    const auto is_asleep = [&] {
        const auto stat = read_file ("/proc/self/task/" + std::to_string (thread) + "/stat");
        const auto end  = stat.rfind (") ");
        return end != std::string::npos && stat.at (end + 2) == 'S';
    };
    while (thread == 0 || !is_asleep ()) {
        std::this_thread::yield ();
    }
}

void check_power () {
    {
        const Run run{{a64::hvc, a64::stay}, psci_system_off};
        Test test{"a VM that turns itself off is an event"};
        expect (test, "KVM_RUN", run.result, 0);
        expect (test, "its reason", static_cast<int> (run.vcpu.run->exit_reason), KVM_EXIT_SYSTEM_EVENT);
        expect (test, "its type", static_cast<int> (run.vcpu.run->system_event.type), KVM_SYSTEM_EVENT_SHUTDOWN);
    }
    {
        const Run run{{a64::hvc, a64::stay}, psci_system_reset};
        Test test{"a VM that resets itself is an event, and can be started anew"};
        expect (test, "KVM_RUN", run.result, 0);
        expect (test, "its type", static_cast<int> (run.vcpu.run->system_event.type), KVM_SYSTEM_EVENT_RESET);
        expect (test, "KVM_ARM_VCPU_INIT", run.vcpu.initialise ({.target = KVM_ARM_TARGET_GENERIC_V8, .features = {}}),
                0);
        test.expect (run.vcpu.get (x (0)) == 0, "a register has kept its value");
        const std::array again{a64::str_w1_x0, a64::stay};
        run.vm.ram.write (code, again);
        static_cast<void> (run.vcpu.set (x (0), outside));
        expect (test, "KVM_RUN", run.vcpu.go (code_ipa), 0);
        expect (test, "its reason", static_cast<int> (run.vcpu.run->exit_reason), KVM_EXIT_MMIO);
    }
    {
        Test test{"a vCPU that another one turns on begins to run"};
        const Vm vm{plain_vm};
        const Vcpu first{vm, 0};
        const Vcpu second{vm, 1, false};
        static_cast<void> (
            second.initialise ({.target   = KVM_ARM_TARGET_GENERIC_V8,
                                .features = {1U << KVM_ARM_VCPU_POWER_OFF | 1U << KVM_ARM_VCPU_PSCI_0_2}}));
        vm.ram.write (code, std::array{a64::hvc, a64::stay});
        vm.ram.write (code + 0x100, std::array{a64::str_w1_x0, a64::stay});
        std::atomic<pid_t> runs_second{0};
        std::thread thread{[&] {
            runs_second = gettid ();
            static_cast<void> (second.go ());
        }};
        wait_until_asleep (runs_second);
        static_cast<void> (first.set (x (0), psci_cpu_on));
        static_cast<void> (first.set (x (1), 1));
        static_cast<void> (first.set (x (2), code_ipa + 0x100));
        static_cast<void> (first.set (x (3), outside));
        set_alarm (500);
        expect (test, "the first one's KVM_RUN", first.go (code_ipa), -EINTR);
        thread.join ();
        expect (test, "the second one's reason", static_cast<int> (second.run->exit_reason), KVM_EXIT_MMIO);
        test.expect (first.get (x (0)) == 0, "CPU_ON was refused");
    }
}

void check_interruption () {
    {
        Test test{"a signal ends a run"};
        const Vm vm{plain_vm};
        const Vcpu vcpu{vm};
        vm.ram.write (code, std::array{a64::stay});
        set_alarm (50);
        expect (test, "KVM_RUN", vcpu.go (code_ipa), -EINTR);
        expect (test, "its reason", static_cast<int> (vcpu.run->exit_reason), KVM_EXIT_INTR);
    }
    {
        Test test{"a signal ends a wait"};
        const Vm vm{plain_vm};
        const Vcpu vcpu{vm};
        vm.ram.write (code, std::array{a64::wfi, a64::stay});
        set_alarm (50);
        expect (test, "KVM_RUN", vcpu.go (code_ipa), -EINTR);
    }
    {
        Test test{"signals are blocked in a run as KVM_SET_SIGNAL_MASK says, and not afterwards"};
        const Vm vm{plain_vm};
        const Vcpu vcpu{vm};
        vm.ram.write (code, std::array{a64::stay});
        sigset_t alarm{};
        sigset_t before{};
        sigset_t after{};
        sigemptyset (&alarm);
        sigaddset (&alarm, SIGALRM);
        pthread_sigmask (SIG_BLOCK, &alarm, &before);
        struct {
            std::uint32_t length;
            std::array<unsigned char, 8> none;
        } __attribute__ ((packed)) mask{8, {}};
        expect (test, "KVM_SET_SIGNAL_MASK", vcpu.descriptor.call (KVM_SET_SIGNAL_MASK, &mask), 0);
        // One that is refused changes nothing.
        expect (test, "a mask of another size", vcpu.descriptor.call (KVM_SET_SIGNAL_MASK, &alarm), -EINVAL);
        set_alarm (50);
        expect (test, "KVM_RUN", vcpu.go (code_ipa), -EINTR);
        pthread_sigmask (SIG_SETMASK, &before, &after);
        test.expect (sigismember (&after, SIGALRM) == 1, "it isn't blocked any more");
    }
    {
        Test test{"a VM's count is set while it doesn't run"};
        const Vm vm{plain_vm};
        const Vcpu vcpu{vm};
        // MRS X1, CNTVCT_EL0, and tells it.
        vm.ram.write (code, std::array{0xd53b'e041U, a64::str_x1_x0, a64::stay});
        for (const std::uint64_t count : {1UL << 40, 1UL << 50}) {
            static_cast<void> (vcpu.finish ());
            static_cast<void> (vcpu.set (x (0), outside));
            expect (test, "KVM_REG_ARM_TIMER_CNT", vcpu.set (KVM_REG_ARM_TIMER_CNT, count), 0);
            expect (test, "KVM_RUN", vcpu.go (code_ipa), 0);
            std::uint64_t seen = 0;
            std::memcpy (&seen, vcpu.run->mmio.data, sizeof seen);
            test.expect (seen >= count && seen - count < 1UL << 35, "it sees " + std::to_string (seen));
        }
    }
    {
        Test test{"immediate_exit ends a run before it begins"};
        const Vm vm{plain_vm};
        const Vcpu vcpu{vm};
        vm.ram.write (code, std::array{a64::str_w1_x0, a64::stay});
        static_cast<void> (vcpu.set (x (0), outside));
        vcpu.run->immediate_exit = 1;
        expect (test, "KVM_RUN", vcpu.go (code_ipa), -EINTR);
        vcpu.run->immediate_exit = 0;
        expect (test, "KVM_RUN", vcpu.go (), 0);
        expect (test, "its reason", static_cast<int> (vcpu.run->exit_reason), KVM_EXIT_MMIO);
    }
    {
        Test test{"immediate_exit lets a load end"};
        const Run run{{a64::ldr_w2_x0, a64::stay}, outside};
        constexpr std::uint32_t value = 0x1234'5678;
        std::memcpy (run.vcpu.run->mmio.data, &value, sizeof value);
        run.vcpu.run->immediate_exit = 1;
        expect (test, "KVM_RUN", run.vcpu.go (), -EINTR);
        test.expect (run.vcpu.get (x (2)) == value, "it hasn't ended");
        std::memset (run.vcpu.run->mmio.data, 0xff, sizeof value);
        run.vcpu.run->immediate_exit = 0;
        set_alarm (50);
        expect (test, "KVM_RUN", run.vcpu.go (), -EINTR);
        test.expect (run.vcpu.get (x (2)) == value, "it got something else");
    }
}

void check_memory () {
    Test test{"VMM and plain guest see the same memory"};
    const Run run{
        {a64::ldr_x2_x0, a64::str_x1_x0, 0xd280'0000 /* MOV X0, #0 */, a64::str_w1_x0}, ram_start + 0x30'0000, 7};
    expect (test, "KVM_RUN", run.result, 0);
    test.expect (run.vm.ram.bytes ()[0x30'0000] == 7, "the guest's store isn't there");
    test.expect (run.vcpu.get (x (2)) == 0, "the guest's load got something else");
}
}  // namespace

void test_running () {
    check_store (a64::strb_w1_x0, 1);
    check_store (a64::str_w1_x0, 4);
    check_store (a64::str_x1_x0, 8);
    check_load (a64::ldrb_w2_x0, 1);
    check_load (a64::ldr_w2_x0, 4);
    check_load (a64::ldr_x2_x0, 8);
    check_memory ();
    check_power ();
    check_interruption ();
}
