// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/bus.hpp"
#include "sim/machine/undo_log.hpp"
#include "sim/replay/record/sparse_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::sim::replay {

/// What traps have left in memory, as recorded, to be compared with what they have left in the simulator.
class StoredMemory {
  public:
    /// @param bus  has the simulator's RAM; outlives this
    explicit StoredMemory (const Bus &bus) : bus_{bus} {}

    /// By the record, @p bytes are now at @p pa.
    void put (std::uint64_t pa, std::span<const std::byte> bytes) { recorded_.put (pa, bytes); }

    /// From now on EL2's memory is told here what it may write to.
    [[nodiscard]] auto log () -> UndoLog & { return log_; }

    /// Compares, and forgets. Throws a Divergence that names the first address where they differ.
    void check ();

  private:
    void check_what_was_recorded () const;
    void check_what_has_changed () const;
    [[nodiscard]] auto address_of (const std::byte *host) const -> std::uint64_t;

    const Bus &bus_;
    SparseMemory recorded_;
    UndoLog log_;
};

}  // namespace ravelin::sim::replay
