// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {

inline constexpr std::uint64_t gicd   = 0x0800'0000;  // where VMs have their GIC
inline constexpr std::uint64_t gicc   = 0x0801'0000;
inline constexpr std::uint64_t intids = 96;

/// A test with a plain VM that has a GIC and two vCPUs; the test plays the hardware too.
class GicHost : public SmallHost {
  protected:
    GicHost () : SmallHost{} {
        EXPECT_EQ (set_gic (vm), RAVELIN_SUCCESS);
        EXPECT_EQ (create_vcpu (vm, 0), RAVELIN_SUCCESS);
        EXPECT_EQ (create_vcpu (vm, 1), RAVELIN_SUCCESS);
    }

    auto set_gic (Handle handle) -> std::int64_t { return call ({RAVELIN_VM_SET_GIC, handle, gicd, gicc, intids}); }

    /// VM_SET_LINE, after which the host is told to run @p woken.
    auto line (std::uint64_t intid, std::uint64_t level, std::uint64_t woken = 0) -> std::int64_t {
        return call ({RAVELIN_VM_SET_LINE, vm, intid, level}, host_cpu, {.woken = woken});
    }

    /// GIC_SET, for vCPU 0.
    void set (std::uint64_t offset, std::uint64_t value, std::uint64_t vcpu = 0) {
        EXPECT_EQ (call ({RAVELIN_GIC_SET, vm, vcpu, offset, value}, host_cpu), RAVELIN_SUCCESS);
    }

    auto get (std::uint64_t offset, std::uint64_t vcpu = 0) -> std::uint64_t {
        EXPECT_EQ (call ({RAVELIN_GIC_GET, vm, vcpu, offset}, host_cpu), RAVELIN_SUCCESS);
        return last.x[1].value;
    }

    /// Makes SPI @p intid one that vCPUs @p targets get.
    void open (std::uint32_t intid, std::uint64_t targets = 1, std::uint64_t priority = 0x80) {
        set (0x000, 3);
        set (0x100 + intid / 32 * 4, 1ULL << intid % 32);
        set_byte (0x400 + intid, priority);
        set_byte (0x800 + intid, targets);
    }

    void set_byte (std::uint64_t offset, std::uint64_t value) {
        const std::uint64_t word  = offset / 4 * 4;
        const std::uint64_t shift = offset % 4 * 8;
        set (word, (get (word) & ~(0xffULL << shift)) | value << shift);
    }

    /// Lets the guests of both vCPUs take what comes.
    void unmask () {
        for (const std::uint64_t vcpu : {0U, 1U}) {
            set (RAVELIN_GICC + 0x00, 3, vcpu);
            set (RAVELIN_GICC + 0x04, 0xff, vcpu);
        }
    }

    /// CPU @p cpu enters vCPU @p vcpu; nothing is offered yet.
    void enter (std::uint64_t vcpu = 0, std::size_t cpu = 0) {
        (void)call ({RAVELIN_VCPU_RUN, vm, vcpu}, cpu);
        EXPECT_EQ (last.next, Next::guest);
    }

    /// What CPU @p cpu has now.
    auto hardware (std::initializer_list<ListRegister> list, std::size_t cpu = 0) -> Hardware {
        Hardware now{.interface = interface (cpu)};
        now.interface.list             = {};
        now.interface.tells_no_pending = now.interface.tells_ended = false;
        std::ranges::copy (list, now.interface.list.begin ());
        return now;
    }

    auto interface (std::size_t cpu) -> CpuInterface {
        const VcpuName name = *spec.state ().cpus.at (cpu);
        return spec.state ().vm (name.vm)->vcpu (name.number)->interface;
    }

    /// Why it may not go on with these list registers; empty: it does.
    auto resume (std::initializer_list<ListRegister> list, std::size_t cpu = 0) -> std::string_view {
        const std::string_view why = spec.resumes (cpu, hardware (list, cpu));
        EXPECT_EQ (broken_theorem (spec.state ()), "");
        return why;
    }

    /// What the CPU interface makes of them.
    auto becomes (std::initializer_list<ListRegister> list, std::size_t cpu = 0) -> std::string_view {
        const std::string_view why = spec.hardware_did (cpu, hardware (list, cpu));
        EXPECT_EQ (broken_theorem (spec.state ()), "");
        return why;
    }

    /// A store of a guest to its distributor; it goes on if it wakes nobody.
    void store (std::uint64_t offset, std::uint64_t value, unsigned size = 4, std::uint64_t woken = 0,
                std::size_t cpu = 0) {
        last = spec.guest_fault (cpu,
                                 {.kind     = GuestFault::Kind::write,
                                  .ipa      = gicd + offset,
                                  .transfer = GuestFault::Transfer{.load = {.size = size}, .value = value}},
                                 {.goes_on = woken == 0, .woken = woken});
        EXPECT_EQ (broken_theorem (spec.state ()), "");
    }

    /// What a load of a guest reads there.
    auto load (std::uint64_t offset, unsigned size = 4, std::size_t cpu = 0) -> ExpectedRegister {
        last = spec.guest_fault (cpu,
                                 {.kind     = GuestFault::Kind::read,
                                  .ipa      = gicd + offset,
                                  .transfer = GuestFault::Transfer{.load = {.size = size, .wide = true}}},
                                 {.goes_on = true});
        EXPECT_EQ (last.next, Next::guest);
        return last.loads.value_or (ExpectedRegister{});
    }

    auto interrupt_of (std::uint32_t intid, std::uint64_t vcpu = 0) -> const Interrupt & {
        return spec.state ().vm (vm)->gic->at (vcpu, intid);
    }

    /// A list register with a level-sensitive SPI.
    static auto pending (std::uint32_t intid, std::uint8_t priority = 0x80) -> ListRegister {
        return {.pending = true, .intid = intid, .priority = priority, .eoi = true};
    }
    static auto active (std::uint32_t intid, std::uint8_t priority = 0x80) -> ListRegister {
        return {.active = true, .intid = intid, .priority = priority, .eoi = true};
    }

    static constexpr std::size_t host_cpu = 2;

    Handle vm{fed_vm (plain)};
};

}  // namespace ravelin::spec::test
