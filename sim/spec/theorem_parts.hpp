// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/state.hpp"

/// What theorems() names: a function for each, which says whether it holds.
namespace ravelin::spec::theorem {

// Of memory.
[[nodiscard]] auto host_reaches_its_own (const State &state) -> bool;
[[nodiscard]] auto only_protected_vms_share (const State &state) -> bool;
[[nodiscard]] auto protected_vms_map_their_own (const State &state) -> bool;
[[nodiscard]] auto plain_vms_map_the_hosts (const State &state) -> bool;
[[nodiscard]] auto owners_map_their_pages (const State &state) -> bool;
[[nodiscard]] auto control_pages_are_known (const State &state) -> bool;
[[nodiscard]] auto control_pages_are_out_of_reach (const State &state) -> bool;
[[nodiscard]] auto loans_are_counted (const State &state) -> bool;
[[nodiscard]] auto hosts_find_no_secret (const State &state) -> bool;
[[nodiscard]] auto mappings_are_in_ram (const State &state) -> bool;

// Of VMs and the CPUs that run them.
[[nodiscard]] auto ranges_of_ram_are_apart (const State &state) -> bool;
[[nodiscard]] auto tables_have_their_pages (const State &state) -> bool;
[[nodiscard]] auto a_vcpu_is_on_one_cpu (const State &state) -> bool;
[[nodiscard]] auto cpus_run_what_there_is (const State &state) -> bool;
[[nodiscard]] auto one_that_is_off_does_not_run (const State &state) -> bool;
[[nodiscard]] auto a_protected_vm_stays_off (const State &state) -> bool;
[[nodiscard]] auto protected_vms_begin_in_firmware (const State &state) -> bool;
[[nodiscard]] auto handles_name_one_vm (const State &state) -> bool;

// Of interrupts.
[[nodiscard]] auto an_spi_is_listed_once (const State &state) -> bool;
[[nodiscard]] auto list_registers_are_of_those_that_run (const State &state) -> bool;
[[nodiscard]] auto an_active_interrupt_is_on_its_vcpu (const State &state) -> bool;
[[nodiscard]] auto interrupts_name_vcpus (const State &state) -> bool;
[[nodiscard]] auto sgis_are_on (const State &state) -> bool;
[[nodiscard]] auto protected_gics_are_hidden (const State &state) -> bool;
[[nodiscard]] auto a_gic_has_its_place (const State &state) -> bool;

}  // namespace ravelin::spec::theorem
