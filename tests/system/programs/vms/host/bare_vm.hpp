// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "guests/layout.h"
#include "hyp/abi/boot.h"
#include "hyp/abi/status.h"
#include "vm.hpp"

namespace vms {

/// A VM without RAM, image or vCPUs, for calls that go wrong; its pages come from an arena that nothing else
/// uses.
class BareVm {
  public:
    explicit BareVm (Arena &arena, bool is_plain = false, std::uint64_t vcpus = 1)
        : arena_{arena}, is_plain_{is_plain} {
        constexpr std::uint64_t bits = 39;
        const auto properties        = bits | (is_plain ? 0 : RAVELIN_VM_PROTECTED);
        const auto place             = arena.take (RAVELIN_VM_PAGES * ravelin::page_size).value ();
        const Result created         = vm_call (RAVELIN_VM_CREATE, place, properties, vcpus);
        must ("VM_CREATE", created.status);
        handle = created.value;
    }
    ~BareVm () {
        tear_down (handle);
        arena_.take_back ();
    }
    BareVm (const BareVm &)                     = delete;
    auto operator= (const BareVm &) -> BareVm & = delete;

    /// Makes @p call with the handle.
    [[nodiscard]] auto call (std::uint64_t call, std::uint64_t a2 = 0, std::uint64_t a3 = 0, std::uint64_t a4 = 0,
                             std::uint64_t a5 = 0) const -> std::int64_t {
        return vm_call (call, handle, a2, a3, a4, a5).status;
    }

    /// Makes its first vCPU, which has no page to run in but those of the firmware, if it's protected; its RAM is
    /// declared from GUEST_RAM on, as much as firmware needs.
    [[nodiscard]] auto create_first_vcpu () const -> std::int64_t {
        const auto place = arena_.take (RAVELIN_VCPU_PAGES * ravelin::page_size).value ();
        if (is_plain_) { return call (RAVELIN_VCPU_CREATE, 0, place, GUEST_RAM); }
        constexpr std::uint64_t pages = RAVELIN_FIRMWARE_PAGES;
        constexpr std::uint64_t start = GUEST_RAM + RAVELIN_IMAGE_FIRMWARE;
        const auto firmware           = arena_.take (pages * ravelin::page_size).value ();
        must ("VM_DONATE", call (RAVELIN_VM_DONATE, start, firmware, pages));
        return call (RAVELIN_VCPU_CREATE, 0, place, start);
    }

    std::uint64_t handle{};

  private:
    Arena &arena_;
    bool is_plain_;
};

}  // namespace vms
