// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/power.hpp"

#include "hyp/abi/psci.h"
#include "hyp/dev/bcm2711_pm.hpp"

#include <algorithm>

namespace ravelin {

auto Power::is_host_code (Pa entry) const -> bool {
    constexpr std::uint64_t instruction = 4;
    return entry.is_aligned (instruction) && platform_.is_ram (PaRange{entry, instruction}) &&
           std::ranges::none_of (own_, [entry] (const PaRange &part) { return part.contains (entry); });
}

auto Power::turn_on (hal::Cpu &cpu, std::uint64_t target, HostEntry entry) -> std::int64_t {
    const auto index = platform_.find_cpu (Affinity{target});
    if (!index || (target & ~Affinity::mask) != 0) { return PSCI_INVALID_PARAMETERS; }
    if (!is_host_code (entry.address)) { return PSCI_INVALID_ADDRESS; }
    HostCpu &other = cpus_[index->value ()];
    const auto was = other.power.compare_exchange (PowerState::off, PowerState::starting);
    if (was == PowerState::on) { return PSCI_ALREADY_ON; }
    if (was != PowerState::off) {
        // The host may have kept the first wake interrupt from arriving: its retries help it out.
        wake (cpu, other);
        return PSCI_ON_PENDING;
    }
    other.entry = entry;
    other.power.store_release (PowerState::pending);
    if (!is_firmware ()) {
        wake (cpu, other);
        return PSCI_SUCCESS;
    }
    const auto result = cpu.smc ({PSCI_CPU_ON_64, target, cpu.secondary_entry ().value (), 0});
    const auto status = static_cast<std::int32_t> (result[0]);
    if (status != PSCI_SUCCESS) { other.power.store_release (PowerState::off); }
    // A core on its way out is still on for the firmware; for the host it was off, so its way in is what is
    // pending.
    return status == PSCI_ALREADY_ON ? PSCI_ON_PENDING : status;
}

void Power::wake (hal::Cpu &cpu, HostCpu &target) {
    if (!is_firmware ()) {
        // Whoever is about to sleep publishes its mask first and then looks at its state: one of us sees the
        // other.
        cpu.dsb<hal::Dsb::ish> ();
        gic_.wake (cpu, target.gic_mask.load_acquire ());
    }
}

auto Power::turn_off (hal::Cpu &cpu) -> std::int64_t {
    HostCpu &self = cpus_[cpu.index ().value ()];
    self.power.store_release (PowerState::off);
    if (!is_firmware ()) { return PSCI_SUCCESS; }
    const auto refusal = static_cast<std::int32_t> (cpu.smc ({PSCI_CPU_OFF, 0, 0, 0})[0]);
    // Unless another CPU has turned this one on meanwhile, it's on as before.
    return self.power.exchange (PowerState::off, PowerState::on) ? refusal : PSCI_SUCCESS;
}

auto Power::affinity_info (hal::Cpu &cpu, std::uint64_t target, std::uint64_t lowest_level) -> std::int64_t {
    const auto index = platform_.find_cpu (Affinity{target});
    if (!index || (target & ~Affinity::mask) != 0 || lowest_level != 0) { return PSCI_INVALID_PARAMETERS; }
    HostCpu &other = cpus_[index->value ()];
    switch (other.power.load_acquire ()) {
    case PowerState::on:       return PSCI_AFFINITY_ON;
    case PowerState::starting:
    case PowerState::pending:  wake (cpu, other); return PSCI_AFFINITY_ON_PENDING;
    case PowerState::off:      break;
    }
    if (!is_firmware ()) { return PSCI_AFFINITY_OFF; }
    // It left the host, but may not have reached the end of its way through the firmware.
    return static_cast<std::int32_t> (cpu.smc ({PSCI_AFFINITY_INFO_64, target, 0, 0})[0]);
}

void Power::end_system (hal::Cpu &cpu, std::uint32_t function) {
    if (is_firmware ()) {
        static_cast<void> (cpu.smc ({function, 0, 0, 0}));
    } else if (function == PSCI_SYSTEM_OFF) {
        Bcm2711Pm::halt (cpu);
    } else {
        Bcm2711Pm::reset (cpu);
    }
}

void Power::collect_cores (hal::Cpu &cpu) {
    if (is_firmware ()) { return; }
    for (const CpuNode &node : platform_.cpus) {
        if (node.release_address) {
            const PaRange word{*node.release_address, sizeof (std::uint64_t)};
            cpu.store<std::uint64_t> (word.start, cpu.secondary_entry ().value ());
            // The core that waits for it has its caches off.
            cpu.clean_and_invalidate (word);
            cpu.dsb<hal::Dsb::sy> ();
        }
    }
    cpu.send_event ();
}

auto Power::wait_for_start (hal::Cpu &cpu) -> HostEntry {
    HostCpu &self = cpus_[cpu.index ().value ()];
    if (!is_firmware ()) {
        gic_.prepare_sleep (cpu);
        self.gic_mask.store_release (gic_.own_mask (cpu));
        cpu.dsb<hal::Dsb::ish> ();
    }
    while (self.power.load_acquire () != PowerState::pending) {
        cpu.wait_for_interrupt ();
        if (!is_firmware ()) { gic_.acknowledge_wake (cpu); }
    }
    if (!is_firmware ()) { gic_.end_sleep (cpu); }
    const HostEntry entry = self.entry;
    self.power.store_release (PowerState::on);
    return entry;
}

}  // namespace ravelin
