// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/hypervisor.hpp"
#include "sim/machine/board_map.hpp"
#include "sim/machine/bus.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/cpu_environment.hpp"
#include "sim/machine/el2_memory.hpp"
#include "sim/machine/exposed_memory.hpp"
#include "sim/machine/fiber.hpp"
#include "sim/machine/preemption.hpp"
#include "sim/models/generic_timer.hpp"
#include "sim/models/tlb_system.hpp"
#include "sim/replay/record/header.hpp"
#include "sim/replay/recorded_device.hpp"
#include "sim/replay/replayed_cpu.hpp"
#include "sim/replay/stored_memory.hpp"
#include "sim/replay/tape.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace ravelin::sim::replay {

/// How far a replay is.
struct Progress {
    std::uint64_t traps{};   // begun
    std::uint64_t events{};  // of the record
    std::array<std::uint64_t, causes> by_cause{};
};

/// A simulated machine around the hypervisor in which everything that the hypervisor doesn't do itself is as it was
/// recorded: each trap comes on the same CPU with the same registers; memory that others have written, devices, timers
/// and firmware say the same; CPUs take turns where they took them. What the hypervisor does is compared: what it says
/// to devices and firmware, barriers and maintenance, in their order; and after each trap registers, and memory.
class Replayer : private CpuEnvironment, private Preemption {
  public:
    /// @param tape  at its beginning; outlives this
    explicit Replayer (Tape &tape);
    ~Replayer () override;

    /// Replays the next trap, or what of it comes before another CPU's turn. False at the end of the record. Throws a
    /// Divergence, a Violation, or Damaged.
    [[nodiscard]] auto advance () -> bool;

    [[nodiscard]] auto progress () const -> Progress;

    /// The trap that was replayed last: its number, its CPU, its cause, where it came from.
    [[nodiscard]] auto where () -> std::string;

    /// What its CPU did last, as recorded: a line each.
    [[nodiscard]] auto last_events () const -> std::vector<std::string>;

  private:
    /// A CPU, and how far it is.
    struct Life {
        Life (CpuIndex index, const hal::Cpu::Wiring &wiring) : cpu{index, wiring} {}

        ReplayedCpu cpu;
        std::unique_ptr<Fiber> fiber{};
        Cause cause{};
        std::string begun{};      // which trap it is, for people
        std::deque<Event> met{};  // the last events of this CPU
        bool in_trap{};           // a trap has begun and not ended
        bool is_gone{};           // the trap that is on the fiber never ends
        bool is_at_rest{};        // it waits in EL2, and has nothing half done
        bool is_announced{};      // something that others notice comes next, which isn't one of hal::Shared
    };

    [[nodiscard]] auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters override;
    void wait_for_interrupt (CpuIndex cpu) override;
    /// The record says when a CPU wakes up.
    [[nodiscard]] auto is_woken (CpuIndex /*cpu*/) -> bool override { return true; }
    void send_event (CpuIndex cpu) override;
    void accessed (CpuIndex /*cpu*/, Pa /*pa*/, std::uint32_t /*value*/, bool /*written*/) override {}
    void announce (CpuIndex index, Affinity affinity) override;
    void invalidate (CpuIndex cpu, const TlbInvalidation &what) override;
    void synchronize (CpuIndex cpu, hal::Dsb kind) override;
    void stored (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value) override;
    void invalidate_code (CpuIndex cpu, bool everywhere) override;
    [[nodiscard]] auto translate_stage1 (CpuIndex cpu, Va va) -> std::uint64_t override;
    void clean (CpuIndex cpu, PaRange range) override;
    [[nodiscard]] auto read_time (CpuIndex cpu, hal::SystemRegister which) -> std::uint64_t override;
    void touched (CpuIndex cpu, PaRange range) override;
    void reached (Moment what) override;

    void add_cpu (std::uint32_t index);
    void live (Life &life);
    void replay_trap (Life &life);
    void boot (Life &life);
    void begin (Life &life, const Event &event);
    void leave_for_good (Life &life);
    void reset ();
    void run (Life &life);

    /// Waits until the next event is this CPU's, and gives it.
    [[nodiscard]] auto turn (Life &life) -> Event &;

    /// The next event, which has to be what @p expected is: it's over then.
    auto accept (Life &life, const Event &expected) -> Event;

    /// The same; what others do before this CPU's next event is done too.
    auto meet (Life &life, const Event &expected) -> Event;

    /// The same; meanwhile this CPU has nothing half done.
    void rest (Life &life, const Event &expected);

    /// The next event is met.
    void pass (Life &life);

    /// What others have done until this CPU's next event comes first: it sees that.
    void let_others (Life &life);

    /// This CPU goes on before others, but finds what it will have found by its next event.
    void foresee (Life &life);

    /// Events that aren't the hypervisor's doing happen.
    void take_in ();
    [[nodiscard]] auto take_in (const Event &event) -> bool;
    void expect_stored (const Event &event);
    void check_memory ();

    [[nodiscard]] auto current () -> Life & { return *current_; }
    [[nodiscard]] auto life (std::size_t cpu) -> Life &;

    Tape &tape_;
    Header header_;
    const BoardMap &map_;
    Bus bus_;
    Clock clock_;
    El2Memory memory_;
    ExposedMemory exposed_;
    TlbSystem tlbs_;
    StoredMemory stored_;
    Hypervisor hypervisor_;
    std::vector<std::unique_ptr<RecordedDevice>> devices_;
    std::vector<std::unique_ptr<GenericTimer>> timers_;
    std::vector<std::unique_ptr<Life>> lives_;
    Life *current_{};
    Life *last_{};  // whose trap it was
    Progress progress_;
};

}  // namespace ravelin::sim::replay
