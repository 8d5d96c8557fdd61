// SPDX-License-Identifier: BSD-2-Clause
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "hyp/hal/system_register.hpp"
#include "system_register.hpp"
#include "vms.hpp"

using ravelin::hal::SystemRegister;

// Guests that need nothing of the host but memory and devices.

namespace vms {

namespace {
struct Guest {
    std::string_view name;
    Image (*image) ();
    bool all_ram;
};

constexpr std::array guests{
    Guest{"memory", images::memory, true},
    Guest{"registers", images::registers, false},
    Guest{"calls", images::calls, false},
    Guest{"devices and aborts", images::mmio, false},
    Guest{"hidden registers", images::hidden, false},
    Guest{"stage 1", images::stage1, false},
};

/// Debug registers of the host's that hold a number while guests run, none of which turns anything on.
class HostsNumbers {
  public:
    HostsNumbers () {
        constexpr std::uint64_t address = 0x1'2345'6788;
        el1::write<breakpoint> (address);
        el1::write<watchpoint> (address);
        el1::write<control> (el1::read<control> () | el0_traps);
    }
    ~HostsNumbers () {
        el1::write<breakpoint> (0);
        el1::write<watchpoint> (0);
        el1::write<control> (el1::read<control> () & ~el0_traps);
    }
    HostsNumbers (const HostsNumbers &)                     = delete;
    auto operator= (const HostsNumbers &) -> HostsNumbers & = delete;

  private:
    static constexpr SystemRegister breakpoint{2, 0, 0, 0, 4};  // DBGBVR0_EL1
    static constexpr SystemRegister watchpoint{2, 0, 0, 0, 6};  // DBGWVR0_EL1
    static constexpr SystemRegister control  = ravelin::hal::sysreg::mdscr_el1;
    static constexpr std::uint64_t el0_traps = 1ULL << 12;  // TDCC
};

/// A VM of each size of IPA space that there is.
void every_size_of_ipa (bool is_plain) {
    el1::Test test{"a guest lives in 32 to 40 bits of IPA", kind_name (is_plain)};
    for (std::uint64_t bits = RAVELIN_MIN_IPA_BITS; bits <= RAVELIN_MAX_IPA_BITS; ++bits) {
        test.about ("bits", bits);
        Vm vm{arena (0), {.is_plain = is_plain, .ipa_bits = bits}, images::stage1 ()};
        vm.add_vcpu ();
        Vcpu vcpu{vm};
        vcpu.mute ();
        expect_finished (test, vcpu);
    }
}
}  // namespace

void test_guests () {
    const HostsNumbers numbers;
    for (const bool is_plain : both_kinds) {
        for (const Guest &guest : guests) {
            el1::print ("guest: ", guest.name, ", ", kind_name (is_plain), "\n");
            el1::Test test{guest.name, kind_name (is_plain)};
            Vm vm{arena (0), {.is_plain = is_plain, .all_ram = guest.all_ram}, guest.image ()};
            vm.add_vcpu ();
            Vcpu vcpu{vm};
            expect_finished (test, vcpu);
        }
        every_size_of_ipa (is_plain);
    }
}

}  // namespace vms
