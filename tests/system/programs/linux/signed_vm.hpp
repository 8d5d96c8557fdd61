// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "vms/host/vm.hpp"

#include <cstdint>
#include <span>

namespace linux_host {

using ravelin::Ipa;
using ravelin::PaRange;

/// A protected VM with a GIC that boots a signed file, as a VMM would make it: the file and a device tree in its RAM,
/// all of which it has from the start.
class SignedVm final : public vms::RunningVm {
  public:
    static constexpr std::uint64_t ram      = 0x4000'0000;  // IPA
    static constexpr std::uint64_t ram_size = 0x1000'0000;
    static constexpr std::uint64_t file_at  = ram + RAVELIN_IMAGE_ALIGNMENT;
    static constexpr std::uint64_t tree_at  = ram;

    /// @param place  RAM of the host's: ram_size bytes at a multiple of 2 MiB, and room for control blocks behind them
    SignedVm (PaRange place, std::span<const std::byte> file, std::span<const std::byte> tree, std::uint64_t vcpus);
    ~SignedVm ();
    SignedVm (const SignedVm &)                     = delete;
    auto operator= (const SignedVm &) -> SignedVm & = delete;

    /// Bytes of a place.
    static constexpr std::uint64_t place_size = ram_size + ravelin::block_size;

    [[nodiscard]] auto handle () const -> std::uint64_t override { return handle_; }
    void feed (Ipa ipa, bool is_write) override;

  private:
    [[nodiscard]] auto take (std::uint64_t pages) -> std::uint64_t;

    PaRange place_;
    std::uint64_t next_;  // PA of what is left for control blocks
    std::uint64_t handle_{};
};

}  // namespace linux_host
