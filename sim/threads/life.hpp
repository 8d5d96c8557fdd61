// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/scope.hpp"
#include "sim/machine/random.hpp"
#include "sim/threads/thread_cpu.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace ravelin::sim::threads {

/// Which handle each VM has, or had: what hosts on different CPUs tell each other, in a way that orders nothing.
class Handles {
  public:
    static constexpr unsigned vms = 2;

    /// One of them is plain.
    [[nodiscard]] static constexpr auto is_protected (unsigned vm) -> bool { return vm == 0; }

    [[nodiscard]] auto of (unsigned vm) const -> std::uint64_t {
        return handles_.at (vm).load (std::memory_order_relaxed);
    }
    void set (unsigned vm, std::uint64_t handle) { handles_.at (vm).store (handle, std::memory_order_relaxed); }

  private:
    std::array<std::atomic<std::uint64_t>, vms> handles_{};
};

/// What the host and its guests do on one CPU: one trap after the other, as dice say.
class Life {
  public:
    /// @param cpu, handles  outlive this
    Life (ThreadCpu &cpu, Handles &handles, std::uint64_t seed) : cpu_{cpu}, handles_{handles}, random_{seed} {}

    /// Does one thing, which may be refused.
    void step ();

  private:
    void host_step ();
    void change_memory (std::uint64_t handle);
    void look_at_vcpus (std::uint64_t handle);
    void end_vm (std::uint64_t handle);
    void use_power ();
    void draw_vcpu ();
    void run_vcpu ();
    void give_page ();

    void guest_step ();
    void share_memory ();
    void access_memory ();
    void access_gic ();
    void use_guest_power ();

    /// Makes a VM with all that it needs to run, as far as others let it.
    void make_vm (unsigned vm);

    [[nodiscard]] auto draw_ipa () -> std::uint64_t;

    static constexpr unsigned vcpus = explore::Scope::most_vcpus;  // of each VM

    ThreadCpu &cpu_;
    Handles &handles_;
    Random random_;
    unsigned vm_{};  // the vCPU that this CPU runs, until it has had enough of it
    std::uint64_t vcpu_{};
};

}  // namespace ravelin::sim::threads
