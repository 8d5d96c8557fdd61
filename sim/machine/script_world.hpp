// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/processor.hpp"
#include "sim/machine/script.hpp"
#include "sim/machine/script_operation.hpp"

#include <coroutine>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace ravelin::sim {

/// How an access differs from a plain one of 8 bytes by EL1.
struct AccessOptions {
    unsigned size{8};
    bool exclusive{};
    bool from_el0{};
    MemoryAttributes attributes{MemoryAttributes::as_mapped};
};

/// An access through caches, or past them, whatever the world's own tables say: as through another mapping. Stage 2
/// has its say in either case. While stage 1 is off, as at reset, other accesses go past caches.
inline constexpr AccessOptions cached{.attributes = MemoryAttributes::cached};
inline constexpr AccessOptions uncached{.attributes = MemoryAttributes::uncached};

/// EL1 and EL0 of the host, or of one vCPU, whose code is a C++ coroutine: what that may do. An access goes
/// through the MMU over the tables that the registers point to; what traps goes to the hypervisor. If that
/// enters another world, the coroutine stays where it is until the hypervisor comes back to this one. An
/// exception that it injects is the instruction's result, as if a handler had noted it and gone on behind the
/// instruction.
class ScriptWorld {
  public:
    ScriptWorld (const ScriptWorld &)                     = delete;
    auto operator= (const ScriptWorld &) -> ScriptWorld & = delete;
    virtual ~ScriptWorld ()                               = default;

    /// Where the world has been entered first, and X0 there.
    [[nodiscard]] auto entry () const -> std::uint64_t { return entry_; }
    [[nodiscard]] auto context () const -> std::uint64_t { return context_; }

    /// Whether the script has come to its end.
    [[nodiscard]] auto finished () const -> bool { return script_.done (); }

    /// Who it is, in messages.
    [[nodiscard]] virtual auto name () const -> std::string = 0;

    /// MRS and MSR of a register of EL1 that isn't trapped. Only while the world runs.
    template <hal::SystemRegister R>
    [[nodiscard]] auto read () -> std::uint64_t {
        return cpu_->hal ().template read<R> ();
    }
    template <hal::SystemRegister R>
    void write (std::uint64_t value) {
        cpu_->hal ().template write<R> (value);
    }

    /// TLBI VMALLE1IS and DSB ISH, behind a change of the world's own tables. Only while it runs.
    void forget_translations () {
        cpu_->hal ().tlbi_vmalle1is ();
        cpu_->hal ().dsb<hal::Dsb::ish> ();
    }

    /// The general-purpose registers, which calls set and loads and stores move data by. Only while the world
    /// runs.
    [[nodiscard]] auto registers () -> Registers & { return cpu_->registers (); }

    /// HVC #0 and SMC #0 with @p arguments from X1 on.
    [[nodiscard]] auto hvc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments = {}) -> AwaitedCall;
    [[nodiscard]] auto smc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments = {}) -> AwaitedCall;

    /// A load: the value, or the exception that it took.
    [[nodiscard]] auto load (Va va, AccessOptions options = {}) -> AwaitedValue;

    /// A store: nothing, or the exception that it took.
    [[nodiscard]] auto store (Va va, std::uint64_t value, AccessOptions options = {}) -> AwaitedDone;

    /// The fetch of an instruction, which isn't executed: what the instruction cache has, if there is one.
    [[nodiscard]] auto fetch (Va va, AccessOptions options = {}) -> AwaitedValue;

    /// The same while stage 1 is off, as at reset: VA and IPA are one.
    [[nodiscard]] auto load (Ipa ipa, AccessOptions options = {}) -> AwaitedValue;
    [[nodiscard]] auto store (Ipa ipa, std::uint64_t value, AccessOptions options = {}) -> AwaitedDone;
    [[nodiscard]] auto fetch (Ipa ipa, AccessOptions options = {}) -> AwaitedValue;

    /// A cache maintenance instruction: nothing, or the exception that it took.
    [[nodiscard]] auto maintain (CacheOperation operation, Va va, AccessOptions options = {}) -> AwaitedDone;
    [[nodiscard]] auto maintain (CacheOperation operation, Ipa ipa, AccessOptions options = {}) -> AwaitedDone;

    /// The same for IC IALLU and IC IALLUIS, which have no address.
    [[nodiscard]] auto maintain (CacheOperation operation) -> AwaitedDone { return maintain (operation, Va{0}); }

    /// An instruction that traps with @p syndrome in ESR_EL2: nothing, or the exception that EL2 made of it.
    [[nodiscard]] auto trapped (std::uint64_t syndrome) -> AwaitedDone;

    /// Waits until an interrupt is pending, masked or not.
    [[nodiscard]] auto wfi () -> AwaitedVoid;

    /// Waits, by WFI, until an interrupt is asserted to EL1, and takes it. A script has its interrupts masked
    /// everywhere else; its handler is what follows, which asks the GIC which one it is.
    [[nodiscard]] auto take_interrupt () -> AwaitedTaken;

    /// Takes the SError that is pending, if there's one: says so. A script has them masked everywhere else.
    [[nodiscard]] auto take_system_error () -> AwaitedBool;

    /// MRS and MSR of a register of counter or timers, which EL2 may trap; they go by X5 then.
    [[nodiscard]] auto mrs (hal::SystemRegister which) -> AwaitedValue;
    [[nodiscard]] auto msr (hal::SystemRegister which, std::uint64_t value) -> AwaitedDone;

    /// Lets a moment pass.
    [[nodiscard]] auto nop () -> AwaitedVoid;

  protected:
    ScriptWorld () = default;

    /// The script, from its start.
    [[nodiscard]] virtual auto begin () -> Script = 0;

  private:
    friend class ScriptedCpu;
    template <class Result>
    friend class Awaited;

    Script script_;
    std::coroutine_handle<> awaiting_;  // the innermost script: it awaits the operation
    Operation *operation_{};            // to be performed next, or under way in EL2
    Operation idle_{};                  // of a guest whose script has ended
    unsigned repeats_{};                // of it
    bool begun_{};
    Processor *cpu_{};  // that is in this world
    std::uint64_t entry_{};
    std::uint64_t context_{};
    std::uint64_t pc_{};
};

template <class Result>
void Awaited<Result>::await_suspend (std::coroutine_handle<> script) {
    world_.awaiting_  = script;
    world_.operation_ = &operation_;
    world_.repeats_   = 0;
}

}  // namespace ravelin::sim
