// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "sim/machine/bus.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace ravelin::sim::trace {

/// Which pages are tables of a stage 2 that hardware may walk: one whose root has been in VTTBR_EL2. It learns from
/// what EL2 does, as hardware would, and asks nobody.
class TableMap {
  public:
    /// A descriptor's place.
    struct Place {
        std::uint64_t vmid;
        unsigned level;
        Ipa ipa;  // the first that it translates
    };

    /// @param bus  outlives the map
    explicit TableMap (const Bus &bus) : bus_{bus} {}

    /// A CPU's VTTBR_EL2 is, or was, @p vttbr.
    void use (std::uint64_t vttbr);

    /// @p old at @p pa is about to become @p value.
    void store (Pa pa, std::uint64_t old, std::uint64_t value);

    /// The bytes of @p range become something else: no tables, for nobody writes to those by the byte.
    void fill (PaRange range);

    /// Where the descriptor at @p pa is; nothing if it's in no table.
    [[nodiscard]] auto find (Pa pa) const -> std::optional<Place>;

  private:
    /// A page that is a table, or part of a root.
    struct Table {
        std::uint64_t vmid;
        unsigned level;
        Ipa base;  // what its first entry translates
    };

    void add (Pa page, const Table &table);
    void drop (Pa page, unsigned level);
    /// What is valid, and points to a table, in the table of this level at @p page.
    template <class Use>
    void for_each_table (Pa page, unsigned level, const Use &use) const;

    const Bus &bus_;
    std::map<Pa, Table> tables_;
    std::map<std::uint64_t, Pa> roots_;  // by VMID
};

}  // namespace ravelin::sim::trace
