// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "vms/guests/layout.h"
#include "vms/host/vm.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace boot {

using ravelin::Ipa;
using ravelin::PaRange;

/// Host RAM that becomes a VM's: what is to be in it is written there first, as a VMM does. Behind it is room for
/// control blocks.
class Place {
  public:
    /// Some RAM that nobody uses, behind what was loaded, for a VM with @p ram_size bytes, whole blocks.
    explicit Place (std::uint64_t ram_size);

    static constexpr std::uint64_t ram = GUEST_RAM;  // IPA

    [[nodiscard]] auto ram_size () const -> std::uint64_t { return range_.size - ravelin::block_size; }
    [[nodiscard]] auto pa (std::uint64_t ipa) const -> ravelin::Pa { return range_.start + (ipa - ram); }

    /// What the VM will find at @p ipa.
    [[nodiscard]] auto at (std::uint64_t ipa) const -> std::byte * {
        return reinterpret_cast<std::byte *> (pa (ipa).value ());
    }
    void put (std::uint64_t ipa, std::span<const std::byte> bytes) const;

    /// Where @p pages pages for control blocks are, that no other call returned.
    [[nodiscard]] auto take (std::uint64_t pages) -> std::uint64_t;

  private:
    PaRange range_;
    std::uint64_t next_;  // PA
};

/// A protected VM with a GIC, which has all its RAM from the start: what was put into a Place.
class SignedVm final : public vms::RunningVm {
  public:
    /// How it is made, if not as the signed file wants it.
    struct Shape {
        std::uint64_t vcpus{1};
        std::uint64_t spare_vcpus{};  // that there could be besides, but aren't
        std::uint64_t ram{};          // bytes that are declared, if not all
        std::uint64_t tree{GUEST_TREE};
        std::uint64_t firmware{GUEST_FILE + RAVELIN_IMAGE_FIRMWARE};
    };

    SignedVm (Place &place, const Shape &shape);
    ~SignedVm ();
    SignedVm (const SignedVm &)                     = delete;
    auto operator= (const SignedVm &) -> SignedVm & = delete;

    [[nodiscard]] auto handle () const -> std::uint64_t override { return handle_; }
    void feed (Ipa ipa, bool is_write) override;

  private:
    std::uint64_t handle_{};
};

}  // namespace boot
