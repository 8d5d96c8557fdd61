// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "attacks/guests/orders.hpp"
#include "call.hpp"
#include "fault.hpp"
#include "fp_state.hpp"
#include "guest.hpp"
#include "hyp/hal/system_register.hpp"
#include "system_register.hpp"
#include "through.hpp"

#include <array>

using namespace guest;
using attacks::Order;
using attacks::Way;
namespace sysreg = ravelin::hal::sysreg;

// A guest that does what its host says, so that all of an attack stands in one place: in the host.

namespace {
template <class T>
[[nodiscard]] auto load_as (std::uint64_t address) -> std::uint64_t {
    std::uint64_t value = ~0ULL;
    if constexpr (sizeof (T) == 1) {
        asm volatile ("ldrb %w0, [%1]" : "+r"(value) : "r"(address) : "memory");
    } else {
        asm volatile ("ldr %w0, [%1]" : "+r"(value) : "r"(address) : "memory");
    }
    return value;
}

void store_word (std::uint64_t address, std::uint64_t value) {
    asm volatile ("str %w0, [%1]" ::"r"(value), "r"(address) : "memory");
}

/// The compiler might pass only the byte.
void store_byte_of (std::uint64_t address, std::uint64_t value) {
    asm volatile ("strb %w0, [%1]" ::"r"(value), "r"(address) : "memory");
}

[[nodiscard]] auto keep_registers (Way way) -> std::uint64_t {
    Registers in;
    Registers out;
    for (unsigned i = 0; i < in.x.size (); ++i) {
        in.x[i] = attacks::register_secret (i);
    }
    if (way != Way::wait) { in.x[0] = GUEST_SCRATCH; }
    switch (way) {
    case Way::store: through_store (&in, &out); break;
    case Way::load:  through_load (&in, &out); break;
    case Way::wait:  through_wait (&in, &out); break;
    }
    std::uint64_t changed = 0;
    for (unsigned i = 0; i < in.x.size (); ++i) {
        changed += in.x[i] == out.x[i] ? 0 : 1;
    }
    return changed;
}

/// With the MMU off, and before an exception comes, none of these matters to the guest.
[[nodiscard]] auto keep_el1 () -> std::uint64_t {
    constexpr std::array<std::uint64_t (*) (), 8> read{
        el1::read<sysreg::ttbr0_el1>, el1::read<sysreg::elr_el1>,        el1::read<sysreg::far_el1>,
        el1::read<sysreg::sp_el0>,    el1::read<sysreg::contextidr_el1>, el1::read<sysreg::tpidr_el1>,
        el1::read<sysreg::tpidr_el0>, el1::read<sysreg::tpidrro_el0>};
    constexpr std::array<void (*) (std::uint64_t), 8> write{
        el1::write<sysreg::ttbr0_el1>, el1::write<sysreg::elr_el1>,        el1::write<sysreg::far_el1>,
        el1::write<sysreg::sp_el0>,    el1::write<sysreg::contextidr_el1>, el1::write<sysreg::tpidr_el1>,
        el1::write<sysreg::tpidr_el0>, el1::write<sysreg::tpidrro_el0>};
    std::array<std::uint64_t, read.size ()> before{};
    for (std::size_t i = 0; i < read.size (); ++i) {
        write[i](attacks::secret);
        before[i] = read[i]();
    }
    store (GUEST_SCRATCH, 0);
    std::uint64_t changed = 0;
    for (std::size_t i = 0; i < read.size (); ++i) {
        changed += read[i]() == before[i] ? 0 : 1;
    }
    return changed;
}

void use_fp () {
    constexpr std::uint64_t nothing_traps = 3ULL << 20;
    el1::write<sysreg::cpacr_el1> (nothing_traps);
}

[[nodiscard]] auto has_other_fp (std::uint64_t seed) -> bool {
    vms::FpState now;
    vms::fp_save (&now);
    return now != vms::FpState::of (seed);
}

[[nodiscard]] auto read_features (std::uint64_t before) -> std::uint64_t {
    asm volatile ("mrs %0, id_aa64pfr0_el1" : "+r"(before));
    return before;
}

[[nodiscard]] auto count_exceptions (std::uint64_t address) -> std::uint64_t {
    const Fault fault = fault_of ([address] {
        asm volatile ("msr daifclr, #8" ::: "memory");  // D
        store (address, 1);
        asm volatile ("msr daifset, #8" ::: "memory");
    });
    return fault.count;
}

[[nodiscard]] auto own_a_word (std::uint64_t address) -> std::uint64_t {
    for (std::uint64_t count = 1;; ++count) {
        store (address, count);
        if (load (address) != count) { return count; }
    }
}

[[nodiscard]] auto take_interrupt () -> std::uint64_t {
    constexpr std::uint64_t iar  = GUEST_GICC + 0x0c;
    constexpr std::uint64_t eoir = GUEST_GICC + 0x10;
    const auto acknowledged      = load_as<std::uint32_t> (iar);
    store_word (eoir, acknowledged);
    return acknowledged;
}

[[nodiscard]] auto obey (Order order, std::uint64_t first, std::uint64_t second) -> std::uint64_t {
    switch (order) {
    case Order::load:           return load (first);
    case Order::store:          store (first, second); return 0;
    case Order::load_word:      return load_as<std::uint32_t> (first);
    case Order::store_word:     store_word (first, second); return 0;
    case Order::load_byte:      return load_as<std::uint8_t> (first);
    case Order::store_byte:     store_byte_of (first, second); return 0;
    case Order::call:           return el1::hvc (first, second)[0];
    case Order::run:            asm volatile ("ic iallu" ::: "memory"); [[fallthrough]];
    case Order::run_new:        barrier (); return reinterpret_cast<std::uint64_t (*) ()> (first) ();
    case Order::keep_registers: return keep_registers (static_cast<Way> (first));
    case Order::keep_fp:        {
        use_fp ();
        const auto state = vms::FpState::of (first);
        vms::fp_load (&state);
        return 0;
    }
    case Order::count_changed_fp: return has_other_fp (first) ? 1 : 0;
    case Order::keep_el1:         return keep_el1 ();
    case Order::set_timer:
        el1::write<el1::sysreg::cntv_ctl_el0> (0);
        el1::write<el1::sysreg::cntv_cval_el0> (first);
        return 0;
    case Order::read_timer:       return el1::read<el1::sysreg::cntv_cval_el0> ();
    case Order::read_count:       return el1::read<el1::sysreg::cntvct_el0> ();
    case Order::read_features:    return read_features (first);
    case Order::count_exceptions: return count_exceptions (first);
    case Order::own_a_word:       return own_a_word (first);
    case Order::take_interrupt:   return take_interrupt ();
    case Order::none:             break;
    }
    return 0;
}
}  // namespace

void guest::run (const Start & /*start*/) {
    std::uint64_t result = 0;
    for (;;) {
        const auto order = static_cast<Order> (ask (result));
        if (order == Order::none) { continue; }
        const auto first  = ask (0);
        const auto second = ask (0);
        result            = obey (order, first, second);
    }
}
