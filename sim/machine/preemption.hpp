// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>

namespace ravelin::hal {
class Cpu;
}  // namespace ravelin::hal

namespace ravelin::sim {

/// A store to a word that CPUs share, on its way to the others.
struct LateStore {
    void *word{};
    std::uint64_t value{};
    std::uint8_t size{};  // bytes
};

/// A store to a device register, on its way there.
struct LateWrite {
    hal::Cpu *cpu{};
    Pa pa{};
    std::uint32_t value{};
};

/// What a CPU orders before what comes next: it has arrived then.
enum class Ordered : std::uint8_t {
    stores,  // to words that CPUs share
    writes,  // to devices
    all,
};

/// What the hypervisor does next.
enum class Moment : std::uint8_t {
    memory,  // it loads or stores
    order,   // it has to do with others: a word that CPUs share, a barrier, maintenance, a device
};

/// Decides, at every operation of the hypervisor that other CPUs may notice, whether one of them goes first; and when
/// what a CPU has stored arrives.
class Preemption {
  public:
    Preemption ()                                       = default;
    Preemption (const Preemption &)                     = delete;
    auto operator= (const Preemption &) -> Preemption & = delete;
    virtual ~Preemption ()                              = default;

    /// The hypervisor is at such an operation; it goes on when this returns.
    virtual void reached (Moment what) = 0;

    /// It is in a loop that only another CPU can end.
    virtual void waits () { reached (Moment::order); }

    /// It executes WFI on @p cpu. False: that's nothing to this.
    [[nodiscard]] virtual auto sleeps (hal::Cpu & /*cpu*/) -> bool { return false; }

    virtual void orders (Ordered /*what*/) {}

    /// False: it's to be done at once.
    [[nodiscard]] virtual auto keeps (const LateStore & /*store*/) -> bool { return false; }
    [[nodiscard]] virtual auto keeps (const LateWrite & /*write*/) -> bool { return false; }

    // Called by the simulated HAL. Free where nobody decides.

    static void point (Moment what = Moment::order) {
        if (current != nullptr) [[unlikely]] { current->reached (what); }
    }
    static void wait () {
        if (current != nullptr) [[unlikely]] { current->waits (); }
    }
    static void order (Ordered what) {
        if (current != nullptr) [[unlikely]] { current->orders (what); }
    }
    [[nodiscard]] static auto sleep (hal::Cpu &cpu) -> bool { return current != nullptr && current->sleeps (cpu); }
    [[nodiscard]] static auto keep (const auto &late) -> bool { return current != nullptr && current->keeps (late); }

    /// Who decides in this thread, while CPUs take turns in it. hal::Shared has no CPU to ask.
    static inline thread_local constinit Preemption *current = nullptr;
};

}  // namespace ravelin::sim
