// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/firmware/arm64/stage1.hpp"
#include "hyp/firmware/memory.hpp"
#include "hyp/mem/page_table.hpp"

namespace ravelin::firmware {

/// The VM's RAM through the firmware's own tables, each address at itself.
class OwnMemory final : public Memory {
  public:
    using Table = PageTable<Stage1Format>;
    using Kind  = Table::Kind;

    /// @param tables  pages for them: zeros, of the firmware's own memory
    OwnMemory (hal::Cpu &cpu, PaRange tables);

    [[nodiscard]] auto root () const -> Pa { return table_.root (); }

    /// Maps @p range, whole pages.
    void map (IpaRange range, Kind kind);

    [[nodiscard]] auto reach (IpaRange range) -> std::span<std::byte> override;

    /// What was reached is all in memory, and in no cache.
    void clean ();

  private:
    hal::Cpu &cpu_;
    PagePool pool_;
    Table table_;
    BoundedVector<PaRange, 12> reached_;  // a boot reaches 7, and what is told of its end 2 more
};

}  // namespace ravelin::firmware
