// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "sim/machine/bus.hpp"
#include "sim/models/unsynchronized.hpp"
#include "sim/twin/a64_image.hpp"
#include "sim/twin/cold_start.hpp"
#include "sim/twin/deed_list.hpp"
#include "sim/twin/timer_replica.hpp"
#include "sim/twin/written_memory.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/hook_guard.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ravelin::sim {

/// One CPU that executes the A64 image at EL2, in the machine's RAM. Only EL2's own translation is Unicorn's: all other
/// system registers are here, and what reaches further than registers and memory is taken from a DeedList.
class El2Cpu {
  public:
    /// Where it has come to.
    enum class Stop : std::uint8_t {
        eret,
        wait,         // WFI
        park,         // at ravelin_proceed(), with Next::off
        secure_call,  // SMC, that doesn't come back
        unknown,      // inside: an instruction that Unicorn doesn't know, which has been executed
    };

    /// What it's connected to; all of it outlives the CPU.
    struct Wiring {
        const A64Image &image;
        Pa image_at;
        Bus &bus;
        DeedList &deeds;
        WrittenMemory &memory;
        hal::Cpu &library;  // its ID registers
    };

    El2Cpu (const Wiring &wiring, Ticks frequency);

    /// As it comes from reset, MMU off, at @p entry, an offset.
    void reset (std::uint64_t entry, std::uint64_t x0);

    /// As after an exception: at the vector with this offset from VBAR_EL2.
    void take_exception (std::uint64_t vector, const Registers &registers);

    /// Executes as far as one of the places where it can stop. Throws Divergence.
    /// @param off  an SMC that isn't answered, but is the last deed, is the end
    [[nodiscard]] auto run (bool off) -> Stop;

    [[nodiscard]] auto general () const -> Registers { return emulator_.general (); }
    [[nodiscard]] auto pc () const -> std::uint64_t { return emulator_.pc (); }

    /// Its system registers, in the order of hal::sysreg::all.
    std::array<std::uint64_t, hal::sysreg::all.size ()> registers{};

    [[nodiscard]] auto timer () -> TimerReplica & { return timer_; }

    /// Throws Divergence if EL2's own translation, as it has set it up, isn't one that it can rely on.
    void check_translation () const;

    void set_fp (const hal::FpState &state);
    [[nodiscard]] auto fp () -> hal::FpState;

  private:
    static constexpr hal::SystemRegister sctlr_el2{3, 4, 1, 0, 0};

    struct Window {
        El2Cpu &cpu;
        Pa start;
    };

    static void on_code (uc_engine *engine, std::uint64_t address, std::uint32_t size, void *user);
    static void on_block (uc_engine *engine, std::uint64_t address, std::uint32_t size, void *user);
    static void on_exception (uc_engine *engine, std::uint32_t number, void *user);
    static void on_store (uc_engine *engine, uc_mem_type type, std::uint64_t address, int size, std::int64_t value,
                          void *user);
    [[nodiscard]] static auto on_read (uc_engine *engine, std::uint64_t offset, unsigned size, void *user)
        -> std::uint64_t;
    static void on_write (uc_engine *engine, std::uint64_t offset, unsigned size, std::uint64_t value, void *user);
    [[nodiscard]] static auto on_mrs (uc_engine *engine, uc_arm64_reg target, const uc_arm64_cp_reg *which, void *user)
        -> std::uint32_t;
    [[nodiscard]] static auto on_msr (uc_engine *engine, uc_arm64_reg source, const uc_arm64_cp_reg *which, void *user)
        -> std::uint32_t;
    [[nodiscard]] static auto on_sys (uc_engine *engine, uc_arm64_reg source, const uc_arm64_cp_reg *which, void *user)
        -> std::uint32_t;

    void watch_code ();
    void at (std::uint64_t offset);
    void stop_at (std::uint64_t offset, Stop why);
    void answer_secure_call ();
    [[nodiscard]] auto read (hal::SystemRegister which) -> std::optional<std::uint64_t>;
    [[nodiscard]] auto write (hal::SystemRegister which, std::uint64_t value) -> bool;
    [[nodiscard]] auto execute (hal::SystemRegister which, std::uint64_t value) -> bool;

    Wiring wiring_;
    Emulator emulator_;
    HookGuard guard_{emulator_};
    TimerReplica timer_;
    std::vector<std::unique_ptr<Window>> windows_;
    std::uint64_t boot_;  // offsets of what the assembly calls when C++ begins
    std::uint64_t arrival_;
    std::uint64_t proceed_;
    std::uint64_t save_fp_;
    std::uint64_t load_fp_;
    std::optional<ColdStart> cold_;  // its MMU and caches aren't on yet
    bool booting_{};                 // EL2's own tables are being made
    bool comparing_{};               // the assembly that only the image has is over
    std::optional<Stop> stop_;
    std::uint64_t resumes_at_{~0ULL};
    std::uint64_t blocks_{};
    std::uint64_t cpuactlr_{};
    hal::FpState fp_{};  // what Unicorn has
    Unsynchronized unsynchronized_;
};

}  // namespace ravelin::sim
