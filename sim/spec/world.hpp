// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/state.hpp"

#include <optional>
#include <vector>

namespace ravelin::spec {

/// What the last step may have changed: a comparer needs to look nowhere else.
struct Touched {
    struct MappedPage {
        Handle vm{};
        PageNumber ipa{};

        auto operator== (const MappedPage &) const -> bool = default;
    };

    std::vector<PageNumber> pages;     // of RAM
    std::vector<MappedPage> mappings;  // of VMs
    std::optional<Handle> gic;         // the VM whose interrupts it is about
    bool looked{};                     // interrupts of the vCPU that goes on are looked at: its list registers are new
};

/// The state, and the ways in which a page changes hands: each is written here once.
struct World {
    State state;
    Touched touched;

    /// Whether all of a range of pages is RAM of the host's alone, which it may give away.
    [[nodiscard]] auto host_may_give (PageNumber first, std::uint64_t pages) const -> bool;

    /// Whether all of a range of pages is RAM of the host's that it may lend once more.
    [[nodiscard]] auto host_may_lend (PageNumber first, std::uint64_t pages) const -> bool;

    /// The host gives pages for Ravelin's state of VM @p handle.
    void give_for_control (Handle handle, PageNumber first, std::uint64_t pages);

    /// A control page comes back to the host.
    void return_control (Handle handle, PageNumber page);

    /// The host gives a page to protected VM @p handle.
    void donate (Handle handle, PageNumber ipa, PageNumber page);

    /// Ravelin fills pages of protected VM @p handle, from @p ipa on, with its guest firmware.
    void place_firmware (Handle handle, PageNumber ipa);

    /// Protected VM @p handle is about to run for the first time: its firmware is told what the VM is.
    void tell_firmware (Handle handle);

    /// The host lets plain VM @p handle reach a page.
    void lend (Handle handle, PageNumber ipa, PageNumber page, bool writable);

    /// A plain VM may write to a page it maps, or not.
    void protect (Handle handle, PageNumber ipa, bool writable);

    /// What VM @p handle has at @p ipa comes back to the host.
    void unmap (Handle handle, PageNumber ipa);

    /// A VM lets the host reach its page, or ends that.
    void share (Handle handle, PageNumber ipa, bool shared);

  private:
    void fill (Handle handle, PageNumber ipa, Contents contents);
};

}  // namespace ravelin::spec
