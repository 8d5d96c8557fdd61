// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string>

namespace ravelin::sim::explore {

/// What a host or a guest does next on one CPU.
enum class Action : std::uint8_t {
    // The host's calls.
    vm_create,
    vm_find,
    vm_add_ram,
    vm_top_up,
    vm_donate,
    vm_lend,
    vm_protect,
    vm_unmap,
    vcpu_create,
    vcpu_run,
    vcpu_get,
    vcpu_set,
    vm_set_time,
    vm_destroy,
    vm_reclaim,
    // The host itself.
    host_load,
    host_store,
    // The guest.
    guest_load,
    guest_store,
    guest_fetch,
    guest_share,
    guest_unshare,
    guest_meminfo,
    guest_version,
    guest_off,
    guest_reset,
    guest_cpu_on,
    guest_cpu_off,
    guest_affinity,
    guest_waits,
    // An interrupt of the host's, while a guest runs.
    interrupt,
    // Of a VM with a GIC: its host.
    vm_set_line,
    gic_get,
    host_sets_timer,
    host_takes_interrupt,
    // Its guest.
    gicd_change,
    gicd_control,
    gicd_send,
    gicd_read,
    gicc_control,
    gicc_acknowledge,
    gicc_end,
    gicc_deactivate,
    guest_sets_timer,
    guest_reads_timer,
    // An interrupt that is EL2's, while a guest runs.
    own_interrupt,
    // For everybody.
    time_passes,
};

/// What is written, or read, of one interrupt in a distributor: Step::option.
namespace gicd {
inline constexpr std::uint8_t enable     = 0;
inline constexpr std::uint8_t disable    = 1;
inline constexpr std::uint8_t pend       = 2;
inline constexpr std::uint8_t unpend     = 3;
inline constexpr std::uint8_t activate   = 4;
inline constexpr std::uint8_t deactivate = 5;
inline constexpr std::uint8_t urgent     = 6;  // its priority
inline constexpr std::uint8_t usual      = 7;
inline constexpr std::uint8_t group0     = 8;
inline constexpr std::uint8_t group1     = 9;
inline constexpr std::uint8_t to_nobody  = 10;  // its targets, of two vCPUs
inline constexpr std::uint8_t to_first   = 11;
inline constexpr std::uint8_t to_second  = 12;
inline constexpr std::uint8_t to_both    = 13;
}  // namespace gicd

/// What happens to the wire of an SPI: Step::option.
namespace wire {
inline constexpr std::uint8_t down  = 0;
inline constexpr std::uint8_t up    = 1;
inline constexpr std::uint8_t pulse = 2;  // up, and down again
}  // namespace wire

/// How a guest sets up its CPU interface: Step::option.
namespace gicc {
inline constexpr std::uint8_t off         = 0;
inline constexpr std::uint8_t on          = 1;
inline constexpr std::uint8_t splits_end  = 2;  // EOImode: ending and deactivating are two things
inline constexpr std::uint8_t urgent_only = 3;  // it masks what isn't urgent
}  // namespace gicc

/// Registers of the physical timer by op2: Step::option.
namespace physical_timer {
inline constexpr std::uint8_t timer_value   = 0;
inline constexpr std::uint8_t control       = 1;
inline constexpr std::uint8_t compare_value = 2;
}  // namespace physical_timer

/// When a timer is to run out: Step::option.
namespace moment {
inline constexpr std::uint8_t off    = 0;  // the timer is
inline constexpr std::uint8_t past   = 1;
inline constexpr std::uint8_t soon   = 2;
inline constexpr std::uint8_t never  = 3;
inline constexpr std::uint8_t masked = 4;  // it has run out, and doesn't interrupt
}  // namespace moment

/// A page, as an argument. Data pages come first, by their number.
namespace page {
inline constexpr std::uint8_t ravelins      = 0x80;
inline constexpr std::uint8_t tables        = 0x81;  // those of the VM that the step is about
inline constexpr std::uint8_t vcpu          = 0x82;  // of the vCPU that the step is about
inline constexpr std::uint8_t firmware      = 0x83;
inline constexpr std::uint8_t control       = 0x84;
inline constexpr std::uint8_t other_control = 0x85;  // of the next VM
}  // namespace page

/// An IPA, as an argument. Those of data come first, by their number.
namespace place {
inline constexpr std::uint8_t firmware = 0x80;
inline constexpr std::uint8_t outside  = 0x81;  // all RAM
}  // namespace place

/// One trap, or one access that may be a trap.
struct Step {
    std::uint8_t cpu{};
    Action action{};
    std::uint8_t vm{};      // which the host means
    std::uint8_t vcpu{};    // its number: the host's, or the guest's
    std::uint8_t page{};    // page::
    std::uint8_t place{};   // place::
    std::uint8_t option{};  // rights, or X4 of VCPU_RUN, or what else the action has
    std::uint8_t intid{};
    std::uint8_t mistake{};  // of mistakes.hpp; 0: it has none

    auto operator== (const Step &) const -> bool = default;
};

/// The step in a line of words.
[[nodiscard]] auto to_text (const Step &step) -> std::string;

/// The step as C++ that makes it.
[[nodiscard]] auto to_code (const Step &step) -> std::string;

}  // namespace ravelin::sim::explore
