// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/hypervisor.hpp"
#include "sim/machine/board_map.hpp"
#include "sim/machine/bus.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/cpu_environment.hpp"
#include "sim/machine/el2_memory.hpp"
#include "sim/machine/exposed_memory.hpp"
#include "sim/machine/preemption.hpp"
#include "sim/machine/undo_log.hpp"
#include "sim/models/generic_timer.hpp"
#include "sim/replay/recorded_device.hpp"
#include "sim/replay/replayed_cpu.hpp"
#include "sim/replay/tape.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace ravelin::sim::replay {

/// A record without QEMU: of the simulator's hypervisor on one CPU of a virt whose devices read as zero and whose
/// firmware agrees to all. It has booted, and takes what calls a test makes.
class MadeRecord : private CpuEnvironment, private Preemption {
  public:
    MadeRecord ();
    ~MadeRecord () override;

    /// The host's HVC with these in X0 and X1.
    void hvc (std::uint64_t x0, std::uint64_t x1 = 0);

    /// The events so far, to be changed and replayed. The record's end is not among them.
    [[nodiscard]] auto events () -> std::vector<Event> & { return events_; }

    /// The index of the trap's first event; the boot is trap 1.
    [[nodiscard]] auto trap (std::uint64_t number) const -> std::size_t;

    /// Replays the events: what the first divergence, or damage, says and where it is; empty: there is none.
    [[nodiscard]] auto replay () -> std::string;

    static constexpr std::uint64_t memory = 64ULL << 20;
    static constexpr std::uint64_t par    = 0x123'4000;

  private:
    [[nodiscard]] auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters override;
    void wait_for_interrupt (CpuIndex cpu) override;
    [[nodiscard]] auto is_woken (CpuIndex /*cpu*/) -> bool override { return true; }
    void send_event (CpuIndex cpu) override;
    void accessed (CpuIndex /*cpu*/, Pa /*pa*/, std::uint32_t /*value*/, bool /*written*/) override {}
    void announce (CpuIndex /*index*/, Affinity /*affinity*/) override {}
    void invalidate (CpuIndex cpu, const TlbInvalidation &what) override;
    void synchronize (CpuIndex cpu, hal::Dsb kind) override;
    void stored (CpuIndex /*cpu*/, Pa /*pa*/, std::uint64_t /*old*/, std::uint64_t /*value*/) override {}
    void invalidate_code (CpuIndex cpu, bool everywhere) override;
    [[nodiscard]] auto translate_stage1 (CpuIndex cpu, Va va) -> std::uint64_t override;
    void clean (CpuIndex cpu, PaRange range) override;
    [[nodiscard]] auto read_time (CpuIndex cpu, hal::SystemRegister which) -> std::uint64_t override;
    void touched (CpuIndex /*cpu*/, PaRange /*range*/) override {}
    void reached (Moment what) override;

    void boot ();
    void show (Pa pa, std::span<const std::byte> bytes);
    void begin (Cause cause);
    void end ();
    void add (Event event);

    const BoardMap &map_{BoardMap::of (BoardName::virt)};
    Header header_;
    Bus bus_;
    Clock clock_{map_.counter_frequency};
    GenericTimer timer_{clock_};
    El2Memory memory_{bus_};
    ExposedMemory exposed_{bus_};
    UndoLog log_;
    Hypervisor hypervisor_;
    std::vector<std::unique_ptr<RecordedDevice>> devices_;
    ReplayedCpu cpu_;
    std::vector<Event> events_;
    bool is_reached_{};  // it's not known yet whether that was an access to what CPUs share
};

}  // namespace ravelin::sim::replay
