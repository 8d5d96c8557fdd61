// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "hyp/hal/system_register.hpp"
#include "sim/models/cache_operation.hpp"
#include "sim/models/mmu_access.hpp"

#include <array>
#include <coroutine>
#include <cstdint>
#include <expected>
#include <type_traits>

namespace ravelin::sim {

class ScriptWorld;

/// An exception that the CPU took at EL1, as its handler sees it.
struct Abort {
    std::uint64_t esr;  // ESR_EL1
    std::uint64_t far;  // FAR_EL1, of aborts

    /// DFSC or IFSC.
    [[nodiscard]] constexpr auto status () const -> std::uint64_t { return esr & 0x3f; }

    friend constexpr auto operator== (const Abort &, const Abort &) -> bool = default;
};

/// The interrupt that a script has taken.
enum class Taken : std::uint8_t {
    irq,
    fiq,
};

/// What a scripted CPU does next, and how it went.
struct Operation {
    enum class Kind : std::uint8_t {
        nop,
        hvc,
        smc,
        access,    // load, store or fetch
        maintain,  // caches
        trapped,   // an instruction that traps to EL2, whatever it is
        wfi,
        take,           // wait for an interrupt, and take it
        take_error,     // take the SError that is pending, if there's one
        read_register,  // MRS and MSR of the timer
        write_register,
    };

    Kind kind{Kind::nop};
    MmuAccess access{};
    CacheOperation maintenance{};  // of caches
    std::uint64_t value{};         // to store; ESR_EL2 of what traps
    hal::SystemRegister which{};   // to read or write
    Registers registers{};         // of a call
    std::expected<std::uint64_t, Abort> result{};
};

/// X0-X3 of a call's result.
using CallResult = std::array<std::uint64_t, 4>;

/// An operation that a script awaits.
/// @tparam Result  what co_await gives: nothing, CallResult, Taken, whether, or a value or nothing or else an Abort
template <class Result>
class Awaited {
  public:
    Awaited (ScriptWorld &world, const Operation &operation) : world_{world}, operation_{operation} {}

    [[nodiscard]] auto await_ready () const noexcept -> bool { return false; }
    void await_suspend (std::coroutine_handle<> script);
    auto await_resume () const -> Result {
        if constexpr (std::is_same_v<Result, CallResult>) {
            const auto &x = operation_.registers.x;
            return {x[0], x[1], x[2], x[3]};
        } else if constexpr (std::is_same_v<Result, Taken>) {
            return static_cast<Taken> (operation_.result.value ());
        } else if constexpr (std::is_same_v<Result, bool>) {
            return operation_.result.value () != 0;
        } else if constexpr (std::is_same_v<Result, std::expected<void, Abort>>) {
            return operation_.result ? Result{} : std::unexpected{operation_.result.error ()};
        } else if constexpr (!std::is_void_v<Result>) {
            return operation_.result;
        }
    }

  private:
    ScriptWorld &world_;
    Operation operation_;
};

using AwaitedCall  = Awaited<CallResult>;
using AwaitedValue = Awaited<std::expected<std::uint64_t, Abort>>;
using AwaitedDone  = Awaited<std::expected<void, Abort>>;
using AwaitedVoid  = Awaited<void>;
using AwaitedTaken = Awaited<Taken>;
using AwaitedBool  = Awaited<bool>;

}  // namespace ravelin::sim
