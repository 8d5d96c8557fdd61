// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/quick_loader.hpp"
#include "fuzz/stir.hpp"
#include "fuzz/trap_log.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/check/spec_checker.hpp"
#include "sim/machine/flat_stage1.hpp"
#include "sim/machine/machine.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>

namespace ravelin::fuzz {

/// A machine whose host and guests a fuzzer plays, held to the specification: a difference is thrown out of the trap
/// that shows it. It serves as many inputs as it lasts; each finds no VM.
class VmArena {
  public:
    static constexpr std::uint32_t cpus = 2;

    // Where VMs have RAM, what of the host's RAM the calls are about: few pages, so that they meet. And where the host
    // executes.
    static constexpr std::uint64_t guest_ram = 0x4000'0000;
    static constexpr std::uint64_t host_ram  = 0x4200'0000;
    static constexpr std::uint64_t host_code = 0x4100'0000;

    /// @param log  see target.hpp
    explicit VmArena (TrapLog *log);

    [[nodiscard]] auto cpu (std::uint32_t index) -> sim::Processor & { return machine_->cpu (index % cpus); }

    /// The general-purpose registers of whoever is on @p cpu.
    [[nodiscard]] auto registers (const sim::Processor &cpu) -> Registers & {
        return registers_[cpu.index ().value ()];
    }

    [[nodiscard]] static auto is_in_guest (sim::Processor &cpu) -> bool { return sim::real::is_in_guest (cpu); }

    /// A trap of whoever is on @p cpu.
    /// @param details  what ESR_EL2 says besides the class
    void trap (sim::Processor &cpu, esr::Class kind, std::uint64_t details = 0);

    /// An interrupt of the host's.
    void interrupt (sim::Processor &cpu);

    /// A call of the host, which is on @p cpu; the other registers are as they are.
    /// @return  the status
    auto host_call (sim::Processor &cpu, std::initializer_list<std::uint64_t> arguments) -> std::int64_t;

    /// Gets all CPUs back to the host, ends all VMs, and takes another machine if this one has lasted long enough.
    /// @return  the traps since the last finish()
    [[nodiscard]] auto finish () -> std::uint64_t;

    /// One of the pages at @p base that an input can name: of four blocks, 32 in the beginning of each, and 32 where
    /// it ends and the next begins.
    [[nodiscard]] static constexpr auto page_of (std::uint64_t base, std::uint8_t choice) -> std::uint64_t {
        const std::uint64_t block = choice >> 6;
        return base + block * block_size + (choice & 0x1fU) * page_size + (choice & 0x20U ? 508 * page_size : 0);
    }

  private:
    void renew ();
    void end_vms ();

    static constexpr std::uint64_t traps_per_machine = 1'000'000;

    TrapLog *log_;
    QuickLoader loader_;
    sim::FlatStage1 stage1_;
    std::unique_ptr<sim::Machine> machine_;
    std::unique_ptr<sim::SpecChecker> checker_;
    std::array<Registers, cpus> registers_{};
    Stir stir_;
    std::uint64_t traps_{};
    std::uint64_t traps_since_renewal_{};
};

}  // namespace ravelin::fuzz
