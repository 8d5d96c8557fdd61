// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/engine.hpp"
#include "sim/machine/processor.hpp"
#include "sim/machine/random.hpp"
#include "sim/machine/script_world.hpp"
#include "sim/machine/scripted_guest.hpp"
#include "sim/models/mmu.hpp"
#include "sim/models/timer_registers.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ravelin::sim {

/// An engine whose code is C++ coroutines: one for the host, which it is itself, one for each guest.
class ScriptedCpu : public Engine, public ScriptWorld {
  public:
    using Body = std::function<Script (ScriptedCpu &)>;

    /// Makes @p body what @p cpu executes, from the start each time it enters the host.
    /// @param cpu  outlives this
    ScriptedCpu (Processor &cpu, Body body);

    /// Makes @p body what this CPU executes when the hypervisor enters the world @p key; another one for the
    /// same world, as when a VMID has been given to a new VM, takes its place.
    auto guest (WorldKey key, ScriptedGuest::Body body) -> ScriptedGuest &;

    /// The same for a vCPU that other CPUs execute too, at other times.
    /// @param guest  outlives this
    void guest (ScriptedGuest &guest);

    /// Whether the CPU's IRQ is asserted.
    [[nodiscard]] auto irq_pending () -> bool;

    [[nodiscard]] auto name () const -> std::string override { return "the host"; }

    void start (Processor &cpu) override;
    [[nodiscard]] auto run (Processor &cpu, std::uint64_t instructions) -> Exit override;
    [[nodiscard]] auto translate_stage1 (Va va) -> std::uint64_t override;

  private:
    /// What an operation leaves the CPU to do.
    enum class After : std::uint8_t {
        proceed,
        repeat,     // execute the instruction again
        elsewhere,  // go on in a world that waits for no instruction
        wait,
        wait_again,  // wait, and execute the instruction again
        off,
    };

    [[nodiscard]] auto begin () -> Script override { return body_ (*this); }
    [[nodiscard]] auto next_operation () -> Operation *;

    [[nodiscard]] auto perform (Operation &operation) -> After;
    [[nodiscard]] auto perform_call (Operation &operation) -> After;
    [[nodiscard]] auto perform_access (Operation &operation) -> After;
    [[nodiscard]] auto perform_maintenance (Operation &operation) -> After;
    [[nodiscard]] auto perform_wfi () -> After;
    [[nodiscard]] auto perform_take (Operation &operation) -> After;
    [[nodiscard]] auto perform_take_error (Operation &operation) -> After;
    [[nodiscard]] auto perform_register (Operation &operation) -> After;
    [[nodiscard]] auto fault (Operation &operation, const MmuFault &fault) -> After;
    [[nodiscard]] auto access_memory (const Operation &operation, const Translation &where)
        -> std::optional<std::uint64_t>;
    [[nodiscard]] auto mmu_registers () -> MmuRegisters;

    /// Enters EL2 with @p syndrome, and goes where that sends the CPU.
    [[nodiscard]] auto trap (const Operation &operation, std::uint64_t syndrome) -> After;

    /// Whether an interrupt is pending that HCR_EL2 routes to EL2; then takes it.
    [[nodiscard]] auto interrupt_is_el2s () -> bool;
    [[nodiscard]] auto interrupt () -> After;

    /// EL2 has returned: finds out to which world, and what became of the instruction that it stands at.
    [[nodiscard]] auto arrive () -> After;
    [[nodiscard]] auto world_of_registers () -> ScriptWorld &;
    void speculate ();
    void begin_world ();
    void leave_world ();
    [[nodiscard]] auto complete (Operation &operation) -> After;
    void take_injected (Operation &operation);

    Processor &processor_;
    Mmu mmu_;
    TimerRegisters timer_;
    Random speculation_;
    Body body_;
    std::vector<std::unique_ptr<ScriptedGuest>> own_guests_;
    std::vector<ScriptedGuest *> guests_;
    ScriptWorld *current_{};
};

}  // namespace ravelin::sim
