// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/bus_connection.hpp"

#include "hyp/core/bit_field.hpp"
#include "sim/unicorn/unicorn_error.hpp"

#include <utility>

namespace ravelin::sim {

namespace {
using namespace hal::sysreg;

constexpr Bits64 stage2_on{0, 0};  // HCR_EL2.VM

// VTCR_EL2 with T0SZ = 39, SL0 = 1, PS = 2: IPAs have 25 bits, so that there's none below which RAM or a
// device of a board could be.
constexpr std::uint64_t translates_nothing = 1UL << 31 | 2UL << 16 | 1UL << 6 | 39UL;
}  // namespace

BusConnection::BusConnection (Emulator &emulator, HookGuard &guard, Bus &bus, CpuIndex cpu)
    : emulator_{emulator}, guard_{guard}, cpu_{cpu} {
    for (const RamRegion &ram : bus.ram_regions ()) {
        emulator_.map (ram);
    }
    for (const DeviceWindow &device : bus.devices ()) {
        auto &window = *windows_.emplace_back (std::make_unique<Window> (*this, *device.device));
        check (uc_mmio_map (emulator_.handle (), device.range.start.value (), device.range.size, &on_read, &window,
                            &on_write, &window),
               "mapping a device");
    }
    emulator_.add_hook (UC_HOOK_MEM_INVALID, &on_unmapped, this);
}

auto BusConnection::on_read (uc_engine * /*engine*/, std::uint64_t offset, unsigned size, void *user) -> std::uint64_t {
    auto &window        = *static_cast<Window *> (user);
    std::uint64_t value = 0;
    // Linux makes aligned accesses to devices only; others take an alignment fault on hardware.
    if (offset % size == 0) {
        static_cast<void> (window.connection.guard_.call (
            [&] { value = window.device.read ({window.connection.cpu_, offset, size}); }));
    }
    return value;
}

void BusConnection::on_write (uc_engine * /*engine*/, std::uint64_t offset, unsigned size, std::uint64_t value,
                              void *user) {
    auto &window = *static_cast<Window *> (user);
    if (offset % size == 0) {
        static_cast<void> (window.connection.guard_.call (
            [&] { window.device.write ({window.connection.cpu_, offset, size}, value); }));
    }
}

auto BusConnection::on_unmapped (uc_engine * /*engine*/, uc_mem_type /*type*/, std::uint64_t /*address*/, int /*size*/,
                                 std::int64_t /*value*/, void *user) -> bool {
    auto &self = *static_cast<BusConnection *> (user);
    return self.guard_.call ([&] { self.fail_translation (); });
}

void BusConnection::fail_translation () {
    if (std::exchange (unanswered_, true)) {
        throw UnicornError{"Unicorn goes on with an access that its stage 2 has refused"};
    }
    // Unicorn can't raise an external abort, and doesn't know here which instruction it's at. But it looks
    // the address up again when this returns: if stage 2 is one that has nothing, it stops with a precise
    // abort.
    translation_control_ = emulator_.read (vtcr_el2);
    configuration_       = emulator_.read (hcr_el2);
    emulator_.write (vtcr_el2, translates_nothing);
    emulator_.write (hcr_el2, configuration_ | stage2_on.mask ());
    emulator_.forget_addresses ();
}

auto BusConnection::take_unanswered () -> bool {
    if (!std::exchange (unanswered_, false)) { return false; }
    emulator_.write (vtcr_el2, translation_control_);
    emulator_.write (hcr_el2, configuration_);
    emulator_.forget_addresses ();
    return true;
}

}  // namespace ravelin::sim
