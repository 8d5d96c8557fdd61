// SPDX-License-Identifier: BSD-2-Clause

// Any register values in host calls, on any CPU that the host has, of both boards. After every call: what the
// call may not change is as it was, and the host is still confined.

#include "hyp/abi/host_calls.h"

#include "fuzz/input.hpp"
#include "fuzz/quick_loader.hpp"
#include "fuzz/target.hpp"
#include "fuzz/trap_log.hpp"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "sim/machine/machine.hpp"

#include <array>
#include <memory>
#include <stdexcept>

namespace {
using namespace ravelin;
using namespace hal::sysreg;
using fuzz::Kind;
using sim::BoardName;
using sim::Processor;

constexpr std::uint32_t cpus = 4;

/// One call, as an input spells it: a byte of choices, then the registers that it names.
struct Choices {
    std::uint8_t byte;

    [[nodiscard]] auto cpu () const -> std::uint32_t { return byte % cpus; }
    [[nodiscard]] auto is_smc () const -> bool { return (byte & 0x04) != 0; }
    [[nodiscard]] auto has_wide_arguments () const -> bool { return (byte & 0x08) != 0; }
    [[nodiscard]] auto known_function () const -> bool { return (byte & 0x10) != 0; }
    [[nodiscard]] auto waits () const -> bool { return (byte & 0x20) != 0; }
};

constexpr std::array<std::uint32_t, 20> functions{
    RAVELIN_CALL_UID,       RAVELIN_CALL_REVISION, RAVELIN_FEATURES,  RAVELIN_NULL,          RAVELIN_TRAP_COUNT,
    SMCCC_VERSION,          SMCCC_ARCH_FEATURES,   PSCI_VERSION,      PSCI_CPU_SUSPEND_32,   PSCI_CPU_SUSPEND_64,
    PSCI_CPU_OFF,           PSCI_CPU_ON_32,        PSCI_CPU_ON_64,    PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64,
    PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF,       PSCI_SYSTEM_RESET, PSCI_FEATURES,         0xC600'00ff};

/// A promise.
void require (bool holds, const char *promise) {
    if (!holds) { throw std::logic_error{promise}; }
}

/// A machine that inputs share: each finds CPU 0 in the host and the others off, whatever came before.
class Arena {
  public:
    Arena (BoardName board, fuzz::TrapLog *log)
        : log_{log}, host_code_{(sim::BoardMap::of (board).image + (16ULL << 20)).value ()},
          loader_{board, {.cpus = cpus, .memory = 256ULL << 20}} {
        renew ();
        budget_ = 0;
    }

    /// Makes the calls that @p input spells; returns their number.
    [[nodiscard]] auto run (fuzz::Input &input) -> std::uint64_t {
        calls_     = 0;
        registers_ = {};
        over_      = false;
        while (!input.empty () && !over_) {
            call (input);
        }
        if (ended_) {
            renew ();
        } else if (moved_) {
            tidy ();
        }
        return calls_;
    }

  private:
    void renew () {
        machine_ = loader_.boot ();
        require (machine_ != nullptr, "the machine boots");
        if (log_ != nullptr) { log_->watch (*machine_); }
        vttbr_  = machine_->cpu (0U).hal ().read<vttbr_el2> ();
        hcr_    = machine_->cpu (0U).hal ().read<hcr_el2> ();
        budget_ = calls_per_machine;
        moved_  = false;
        ended_  = false;
    }

    /// Has the host turn CPUs on and off until they are as they were at first; whatever the calls before
    /// were, it can.
    void tidy () {
        machine_->settle ();
        auto *first = find_in_host (0);
        require (first != nullptr, "a CPU that has been turned on arrives");
        if (first->index () != CpuIndex{0}) {
            Registers on{.x = {PSCI_CPU_ON_64, 0, host_code_, 0}};
            require (first->hvc (on) == Next::resume && on.x[0] == PSCI_SUCCESS, "CPU 0 can be turned on");
            machine_->settle ();
            require (find_in_host (0)->index () == CpuIndex{0}, "CPU 0 arrives");
        }
        for (std::uint32_t i = 1; i < cpus; ++i) {
            if (machine_->cpu (i).state () == Processor::State::host) {
                Registers off{.x = {PSCI_CPU_OFF}};
                require (machine_->cpu (i).hvc (off) == Next::off, "a CPU can turn itself off");
            }
        }
        machine_->settle ();
        moved_ = false;
    }

    /// Whether the machine is over if @p cpu makes this call.
    [[nodiscard]] auto is_an_end (const Processor &cpu, std::uint32_t function) -> bool {
        return function == PSCI_SYSTEM_OFF || function == PSCI_SYSTEM_RESET ||
               (function == PSCI_CPU_OFF && is_last (cpu));
    }

    /// Whether the host has no CPU but @p cpu, and none is on its way.
    [[nodiscard]] auto is_last (const Processor &cpu) -> bool {
        const auto next = cpu.index ().value () + 1;
        if (find_in_host (next) != &cpu) { return false; }
        machine_->settle ();
        return find_in_host (next) == &cpu;
    }

    /// Fills the registers that the input names, and leaves the others as they are.
    static void fill (fuzz::Input &input, Choices choices, Registers &registers) {
        registers.x[0] = choices.known_function ()
                             ? functions.at (input.take<std::uint8_t> (Kind::choice) % functions.size ())
                             : input.take<std::uint64_t> (Kind::choice);
        for (unsigned i = 1; i < 4; ++i) {
            registers.x[i] = choices.has_wide_arguments () ? input.take<std::uint64_t> () : input.take<std::uint8_t> ();
        }
    }

    /// The CPU with index @p first, or the next one that is in the host; nullptr if none is.
    [[nodiscard]] auto find_in_host (std::uint32_t first) -> Processor * {
        for (std::uint32_t i = 0; i < cpus; ++i) {
            auto &cpu = machine_->cpu ((first + i) % cpus);
            if (cpu.state () == Processor::State::host) { return &cpu; }
        }
        return nullptr;
    }

    void call (fuzz::Input &input) {
        input.begin_step ();
        const Choices choices{input.take<std::uint8_t> (Kind::choice)};
        fill (input, choices, registers_);
        if (choices.waits () && moved_) { machine_->settle (); }
        auto *cpu = find_in_host (choices.cpu ());
        require (cpu != nullptr, "the host has a CPU");
        const auto function = static_cast<std::uint32_t> (registers_.x[0]);
        if (is_an_end (*cpu, function)) {
            over_  = true;
            ended_ = budget_ == 0;
            if (!ended_) { return; }
        }
        call (*cpu, choices.is_smc ());
    }

    void call (Processor &cpu, bool smc) {
        const auto before   = registers_;
        const auto function = static_cast<std::uint32_t> (before.x[0]);
        cpu.hal ().write<elr_el2> (host_code_);
        ++calls_;
        budget_ -= budget_ != 0 ? 1 : 0;
        const auto next = smc ? cpu.smc (registers_) : cpu.hvc (registers_);
        check (cpu, before, smc);
        require (next == Next::resume || function == PSCI_CPU_OFF || ended_, "a call comes back");
        const bool is_on = function == PSCI_CPU_ON_32 || function == PSCI_CPU_ON_64;
        moved_ |= next == Next::off || (is_on && registers_.x[0] == PSCI_SUCCESS);
    }

    void check (Processor &cpu, const Registers &before, bool smc) const {
        auto &hal = cpu.hal ();
        for (unsigned i = 4; i < before.x.size (); ++i) {
            require (registers_.x[i] == before.x[i], "a call leaves X4-X30 alone");
        }
        require (hal.read<elr_el2> () == host_code_ + (smc ? 4 : 0), "a call returns to where it was made");
        require (hal.read<vttbr_el2> () == vttbr_ && hal.read<hcr_el2> () == hcr_, "the host stays confined");
    }

    // A new machine costs as much as a thousand calls: while fuzzing, one in so many calls may end the
    // machine. The first may at once, so that an input does the same when it's run alone.
    static constexpr std::uint64_t calls_per_machine = RAVELIN_FUZZ ? 10'000 : 0;

    fuzz::TrapLog *log_;
    std::uint64_t host_code_;  // an address in RAM that is the host's
    fuzz::QuickLoader loader_;
    std::unique_ptr<sim::Machine> machine_;
    Registers registers_{};
    std::uint64_t vttbr_{};
    std::uint64_t hcr_{};
    std::uint64_t calls_{};   // made of this input
    std::uint64_t budget_{};  // calls until the machine may end
    bool moved_{};            // a CPU was turned on or off
    bool over_{};             // the input has come to an end of the machine
    bool ended_{};            // the machine has been turned off, or its last CPU
};

/// Both boards.
class HostCalls final : public fuzz::Target {
  public:
    explicit HostCalls (fuzz::TrapLog *log)
        : Target{"calls"}, virt_{BoardName::virt, log}, pi4b_{BoardName::pi4b, log} {}

    [[nodiscard]] auto play (fuzz::Input &input) -> std::uint64_t override {
        auto &arena = (input.take<std::uint8_t> () & 1) == 0 ? virt_ : pi4b_;
        return arena.run (input);
    }

  private:
    Arena virt_;
    Arena pi4b_;
};
}  // namespace

auto ravelin::fuzz::host_calls (TrapLog *log) -> std::unique_ptr<Target> {
    return std::make_unique<HostCalls> (log);
}
