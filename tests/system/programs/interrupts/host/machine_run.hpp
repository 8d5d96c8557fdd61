// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "host_interrupts.hpp"
#include "virtual_cpu.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace interrupts {

/// Runs a VM's vCPUs, vCPU n on CPU n of the host, until the VM turns itself off. A CPU whose vCPU waits sleeps until
/// the vCPU's time has come, or another vCPU wakes it.
class MachineRun {
  public:
    /// @param count  vCPUs; only the first is on
    MachineRun (vms::RunningVm &vm, Devices &devices, unsigned count);

    /// @return  whether the VM turned itself off; else why() says what else came
    [[nodiscard]] auto run () -> bool;

    [[nodiscard]] auto why () const -> std::string_view { return why_; }

    /// Why the VM's firmware didn't start it: enum ravelin_refusal; 0: it did.
    [[nodiscard]] auto refusal () const -> std::uint64_t { return refusal_; }

    [[nodiscard]] auto taken (unsigned cpu) const -> const Taken & { return cpus_.at (cpu).taken; }

  private:
    static constexpr std::uint64_t now   = 0;
    static constexpr std::uint64_t never = ~0ULL;

    struct Cpu {
        std::atomic<bool> is_woken;
        std::uint64_t until;  // its physical count, when its vCPU is worth running again; or now, or never
        Taken taken;
    };

    /// What a CPU of the host does.
    void run_vcpu (unsigned number);
    void sleep (unsigned number);
    [[nodiscard]] auto answer (Cpu &self, const vms::Exit &exit) -> bool;
    void wake (std::uint64_t vcpus);
    void end (std::string_view why);

    vms::RunningVm &vm_;
    Devices &devices_;
    unsigned count_;
    std::array<Cpu, EL1_MAX_CPUS> cpus_{};
    std::atomic<bool> is_over_;
    std::string_view why_;
    std::uint64_t refusal_{};
};

}  // namespace interrupts
