// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/maintenance.hpp"

#include <vector>

namespace ravelin::sim {

/// What EL2 does to caches and TLBs in one trap, in order.
class MaintenanceLog {
  public:
    /// How a page changes hands.
    struct Change {
        bool taken;    // from the host, which may write to it, and so to a cache, until its TLB entries are gone
        bool written;  // by EL2 afterwards, for itself alone: that needn't be coherent
    };

    void clear () { events_.clear (); }
    void add (const Maintenance &what) { events_.push_back (what); }

    /// Whether every observer sees the same in the page at @p page afterwards, also one whose caches are off, or
    /// who executes it: DC CIVAC, DSB, IC IALLUIS and DSB follow what was last written there by EL2, or by the
    /// host, while that still could.  [ARM DDI 0487, B2.4.4, D7.5.9]
    [[nodiscard]] auto makes_coherent (Pa page, Change change) const -> bool;

  private:
    std::vector<Maintenance> events_;
};

}  // namespace ravelin::sim
