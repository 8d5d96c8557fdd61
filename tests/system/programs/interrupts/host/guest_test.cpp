// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guest_test.hpp"

#include "images.hpp"
#include "interrupts.hpp"
#include "machine_run.hpp"
#include "uart.hpp"

// The guest of ../guest in a machine like virt.

namespace interrupts {

namespace {
constexpr unsigned vcpus       = 4;
constexpr std::uint64_t intids = 288;

/// Nothing but a console.
class Console final : public Devices {
  public:
    auto load (std::uint64_t ipa) -> std::uint64_t override { return Uart::load (offset (ipa)); }
    void store (std::uint64_t ipa, std::uint64_t value) override { uart.store (offset (ipa), value); }

    Uart uart;

  private:
    [[nodiscard]] static auto offset (std::uint64_t ipa) -> std::uint64_t {
        if (ipa - GUEST_CONSOLE >= ravelin::page_size) {
            el1::print ("IPA ", el1::Hex{ipa}, "\n");
            el1::give_up ("a guest wants a device that isn't there");
        }
        return ipa - GUEST_CONSOLE;
    }
};

void run_guest (bool is_plain) {
    vms::Vm vm{
        vms::arena (0), {.is_plain = is_plain, .vcpus = vcpus, .intids = intids}, vms::images::interrupts_guest ()};
    for (unsigned i = 0; i < vcpus; ++i) {
        vm.create_vcpu (i);
    }
    Console console;
    MachineRun machine{vm, console, vcpus};
    const bool is_off = machine.run ();
    el1::Test test{"the guest finds its interrupts, timers and power as they should be", vms::kind_name (is_plain)};
    test.about (machine.why ());
    test.expect ("it turned itself off", is_off);
    test.expect ("all its tests passed", console.uart.all_passed ());
    for (unsigned cpu = 0; cpu < vcpus; ++cpu) {
        test.about ("CPU", cpu);
        test.equal ("Ravelin's SGIs that reached the host", machine.taken (cpu).count[ravelins_sgi], 0);
        test.equal ("interrupts that reached the host and aren't its own", machine.taken (cpu).others, 0);
    }
}
}  // namespace

void test_guest () {
    for (const bool is_plain : vms::both_kinds) {
        run_guest (is_plain);
    }
}

}  // namespace interrupts
