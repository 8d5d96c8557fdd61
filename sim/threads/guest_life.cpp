// SPDX-License-Identifier: BSD-2-Clause

// What guests do.
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/host/traps.hpp"
#include "sim/threads/life.hpp"
#include "sim/threads/places.hpp"

namespace ravelin::sim::threads {

using namespace hal::sysreg;
using Layout = Places::Layout;

namespace {
constexpr std::uint64_t translation_fault = esr::fault::type.put (esr::fault::translation) | 3;
constexpr std::uint64_t by_x1             = esr::valid.mask () | esr::transfer_register.put (1);
}  // namespace

void Life::guest_step () {
    switch (random_.below (16)) {
    case 0:
    case 1:
    case 2:
    case 3: share_memory (); break;
    case 4:
    case 5: access_memory (); break;
    case 6:
    case 7: use_guest_power (); break;
    case 8: random_.below (2) == 0 ? cpu_.trap (esr::Class::wait, 0) : cpu_.system_error (); break;
    case 9:
        if (cptr::tfp.any (cpu_.hal ().read<cptr_el2> ())) { cpu_.trap (esr::Class::fp, 0); }
        break;
    default: access_gic (); break;
    }
}

void Life::share_memory () {
    cpu_.call ({random_.below (2) == 0 ? RAVELIN_GUEST_SHARE : RAVELIN_GUEST_UNSHARE, draw_ipa (), 0, 0});
}

void Life::access_memory () {
    constexpr auto word = esr::access_size.put (3) | esr::wide_register.mask ();
    cpu_.abort (esr::Class::data_abort_lower, Ipa{draw_ipa ()},
                by_x1 | word | translation_fault | esr::write.put (random_.below (2)));
}

void Life::access_gic () {
    // Of the CPU interface: to acknowledge an interrupt, and to end it.  [IHI 0048B, 4.4]
    constexpr std::uint64_t acknowledge   = 0x0c;
    constexpr std::uint64_t end           = 0x10;
    constexpr std::uint32_t first_special = 1020;
    // Of the distributor: what is often read, and what has to do with other vCPUs.
    constexpr std::array<std::uint64_t, 8> offsets{0x000, 0x100, 0x104, 0x200, 0x204, 0x300, 0x804, 0x820};

    if (random_.below (4) == 0) {
        Board &board     = cpu_.board ();
        const auto intid = board.read_virtual (cpu_.index (), acknowledge);
        if ((intid & 0x3ff) < first_special) { board.write_virtual (cpu_.index (), end, intid); }
        return;
    }
    const auto word = by_x1 | esr::access_size.put (2) | translation_fault;
    auto &x1        = cpu_.registers ().x[1];
    if (random_.below (3) == 0) {
        x1 = sgir::targets.put (static_cast<std::uint32_t> (1 + random_.below (7))) |
             sgir::intid.put (static_cast<std::uint32_t> (random_.below (16)));
        cpu_.abort (esr::Class::data_abort_lower, Places::distributor + Distributor::sgir, word | esr::write.mask ());
        return;
    }
    x1 = random_.next ();
    cpu_.abort (esr::Class::data_abort_lower, Places::distributor + offsets.at (random_.below (offsets.size ())),
                word | esr::write.put (random_.below (2)));
}

void Life::use_guest_power () {
    switch (random_.below (16)) {
    case 0:  cpu_.call ({PSCI_SYSTEM_OFF}); break;
    case 1:
    case 2:  cpu_.call ({PSCI_CPU_OFF}); break;
    case 3:
    case 4:  cpu_.call ({PSCI_AFFINITY_INFO_64, random_.below (vcpus), 0}); break;
    default: cpu_.call ({PSCI_CPU_ON_64, random_.below (vcpus), Layout::firmware_ipa.value (), random_.next ()}); break;
    }
}

}  // namespace ravelin::sim::threads
