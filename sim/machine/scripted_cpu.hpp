// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/engine.hpp"
#include "sim/machine/processor.hpp"
#include "sim/machine/script.hpp"
#include "sim/machine/script_operation.hpp"
#include "sim/models/mmu.hpp"

#include <coroutine>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>

namespace ravelin::sim
{

/// How an access differs from a plain one of 8 bytes by EL1.
struct AccessOptions
{
    unsigned size{8};
    bool exclusive{};
    bool from_el0{};
};

/// An engine whose code is a C++ coroutine. Each access goes through the MMU over the tables that the
/// registers point to; what traps goes to the hypervisor; an exception that it injects is the instruction's
/// result, as if a handler had noted it and gone on behind the instruction.
class ScriptedCpu : public Engine
{
  public:
    using Body = std::function<Script (ScriptedCpu &)>;

    /// Makes @p body what @p cpu executes, from the start each time it enters the host.
    /// @param cpu  outlives this
    ScriptedCpu (Processor &cpu, Body body);

    /// Where the CPU has entered the host, and X0 there.
    [[nodiscard]] auto entry () const -> std::uint64_t { return entry_; }
    [[nodiscard]] auto context () const -> std::uint64_t { return context_; }

    /// Whether the script has come to its end.
    [[nodiscard]] auto finished () const -> bool { return script_.done (); }

    /// The registers of stage 1 that EL2 has nothing to do with: TCR, TTBR0, TTBR1, MAIR.
    [[nodiscard]] auto stage1 () -> MmuRegisters & { return stage1_; }

    /// HVC #0 and SMC #0 with @p arguments from X1 on.
    [[nodiscard]] auto hvc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments = {})
        -> AwaitedCall;
    [[nodiscard]] auto smc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments = {})
        -> AwaitedCall;

    /// A load: the value, or the exception that it took.
    [[nodiscard]] auto load (Va va, AccessOptions options = {}) -> AwaitedValue;

    /// A store: nothing, or the exception that it took.
    [[nodiscard]] auto store (Va va, std::uint64_t value, AccessOptions options = {}) -> AwaitedDone;

    /// The fetch of an instruction, which isn't executed.
    [[nodiscard]] auto fetch (Va va, AccessOptions options = {}) -> AwaitedValue;

    /// The same while stage 1 is off, as at reset: VA and IPA are one.
    [[nodiscard]] auto load (Ipa ipa, AccessOptions options = {}) -> AwaitedValue;
    [[nodiscard]] auto store (Ipa ipa, std::uint64_t value, AccessOptions options = {}) -> AwaitedDone;
    [[nodiscard]] auto fetch (Ipa ipa, AccessOptions options = {}) -> AwaitedValue;

    /// An instruction that traps with @p syndrome in ESR_EL2: nothing, or the exception that EL2 made of it.
    [[nodiscard]] auto trapped (std::uint64_t syndrome) -> AwaitedDone;

    /// Waits until an interrupt is pending, masked or not.
    [[nodiscard]] auto wfi () -> AwaitedVoid;

    /// Lets a moment pass.
    [[nodiscard]] auto nop () -> AwaitedVoid;

    /// Whether the CPU's IRQ is asserted.
    [[nodiscard]] auto irq_pending () -> bool;

    void start (Processor &cpu) override;
    [[nodiscard]] auto run (Processor &cpu, std::uint64_t instructions) -> Exit override;

  private:
    template <class Result>
    friend class Awaited;

    /// What an operation leaves the CPU to do.
    enum class After : std::uint8_t
    {
        proceed,
        repeat,  // execute the instruction again
        wait,
        off,
    };

    [[nodiscard]] auto perform (Operation &operation) -> After;
    [[nodiscard]] auto perform_call (Operation &operation) -> After;
    [[nodiscard]] auto perform_access (Operation &operation) -> After;
    [[nodiscard]] auto perform_wfi (Operation &operation) -> After;
    [[nodiscard]] auto fault (Operation &operation, const MmuFault &fault) -> After;
    [[nodiscard]] auto access_memory (const Operation &operation, const Translation &where)
        -> std::optional<std::uint64_t>;

    /// Enters EL2, and finds out where it sends the CPU back to.
    /// @param preferred_return  what ELR_EL2 is then, from the instruction on
    [[nodiscard]] auto trap (Operation &operation, std::uint64_t syndrome, std::uint64_t preferred_return)
        -> After;
    [[nodiscard]] auto take_injected (Operation &operation, std::uint64_t preferred_return) -> After;

    [[nodiscard]] auto pstate_of (const Operation &operation) const -> std::uint64_t;
    [[nodiscard]] auto mmu_registers () -> MmuRegisters;

    Processor &cpu_;
    Mmu mmu_;
    Body body_;
    Script script_;
    std::coroutine_handle<> awaiting_;  // the innermost script: it awaits the operation
    Operation *operation_{};            // to be performed next
    unsigned repeats_{};                // of it
    MmuRegisters stage1_{};
    std::uint64_t entry_{};
    std::uint64_t context_{};
    std::uint64_t pc_{};
};

template <class Result>
void Awaited<Result>::await_suspend (std::coroutine_handle<> script)
{
    cpu_.awaiting_  = script;
    cpu_.operation_ = &operation_;
    cpu_.repeats_   = 0;
}

}  // namespace ravelin::sim
