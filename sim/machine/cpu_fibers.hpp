// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/boot/boot_error.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/el2_witness.hpp"
#include "sim/machine/engine.hpp"
#include "sim/machine/fiber.hpp"
#include "sim/machine/outcome.hpp"
#include "sim/machine/preemption.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ravelin::sim {

class Machine;
class Processor;

/// Lets the CPUs of a machine take turns, each on a fiber: from reset through EL2 to the host, and back when
/// the host turns it off. Whose turn it is depends on the machine's seed alone.
class CpuFibers : private Preemption {
  public:
    /// @param machine  outlives the fibers; its CPUs exist
    explicit CpuFibers (Machine &machine);

    /// Whether CPUs execute what their engines have for them.
    enum class Engines : std::uint8_t {
        run,
        hold,
    };

    /// Lets CPUs run until @p moment, or until none can go on. With engines held, time doesn't pass while all
    /// wait.
    [[nodiscard]] auto run (Ticks moment, Engines engines) -> Outcome;

    /// Has run() come back, as if the moment had come, when the CPU that runs waits next.
    void pause () { paused_ = true; }

    /// Whether the caller is on the fiber of a CPU.
    [[nodiscard]] auto inside () const -> bool { return current_ != nullptr; }

    /// Stops the CPU that runs until an interrupt is pending for it.
    void wait_for_interrupt ();

    /// How Ravelin's boot went, once it's over.
    [[nodiscard]] auto booted () const -> const std::optional<Booted<void>> & { return booted_; }

  private:
    /// What a CPU that doesn't run waits for.
    enum class Wait : std::uint8_t {
        nothing,
        start,      // to be started by firmware
        interrupt,  // one that is pending for it
        engine,     // to be allowed to execute the host, or to be turned off by a trap that a test takes
        for_ever,
    };

    struct Life {
        Processor &cpu;
        std::unique_ptr<Fiber> fiber;
        Wait wait{Wait::nothing};
        bool in_host_wait{};  // the interrupt that is waited for is the host's: its WFI
    };

    void reached (Moment what) override;

    void enters (Processor &cpu, El2Witness::Way way);
    void leaves (Processor &cpu);
    void live (Life &life);
    void boot (Life &life);
    void host (Life &life);
    void wait (Life &life, Wait what);
    void step (Life &life);
    [[nodiscard]] auto may_run (Life &life) -> bool;
    [[nodiscard]] auto step_all (Ticks moment) -> bool;
    [[nodiscard]] auto at_rest () const -> Outcome;

    Machine &machine_;
    std::vector<Life> lives_;
    Life *current_{};
    Engines engines_{Engines::hold};
    bool paused_{};
    std::uint64_t points_{};  // operations of the hypervisor since the last change of CPU
    std::optional<Booted<void>> booted_;
};

}  // namespace ravelin::sim
