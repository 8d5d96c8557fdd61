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
};

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
    std::uint8_t option{};  // rights, or X4 of VCPU_RUN, or which VM's handle: what the action has

    auto operator== (const Step &) const -> bool = default;
};

/// The step in a line of words.
[[nodiscard]] auto to_text (const Step &step) -> std::string;

/// The step as C++ that makes it.
[[nodiscard]] auto to_code (const Step &step) -> std::string;

}  // namespace ravelin::sim::explore
