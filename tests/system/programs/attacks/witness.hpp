// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "boot/boot.hpp"
#include "images.hpp"
#include "vms/host/vm_call.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace attacks {

/// What a host changes before the VM is made.
using Change = void (*) (boot::Boot &boot);

/// A protected VM whose kernel says what it has been given: attacks/guests/witness.cpp. What it believes any kernel
/// would.
class Witness {
  public:
    /// Makes the VM. Its device tree is of attacks/hostile.dts, its image @p image, unless @p change says otherwise.
    explicit Witness (Change change, const vms::Image &image = vms::images::witness_with_initramfs ());

    /// Boots. Returns whether its kernel runs.
    [[nodiscard]] auto begins () -> bool;

    /// What its kernel, which runs, has at @p ipa in its RAM.
    [[nodiscard]] auto at (std::uint64_t ipa) -> std::uint64_t;

    /// The property @p name of the node at @p path in the device tree that the kernel got; nothing if it has none.
    [[nodiscard]] auto property (const char *path, const char *name) const -> vms::File;

    /// Where it found its initramfs.
    [[nodiscard]] auto initramfs () const -> std::uint64_t;

    /// What running vCPU @p number comes to.
    [[nodiscard]] auto run (std::uint64_t number = 0) const -> vms::Exit {
        return vms::vcpu_run (vm_.handle (), number);
    }

    [[nodiscard]] auto handle () const -> std::uint64_t { return vm_.handle (); }
    [[nodiscard]] auto boot () -> boot::Boot & { return boot_; }

  private:
    static constexpr std::size_t header_words = 5;  // [Devicetree Specification 0.4, 5.2]
    static constexpr std::size_t tree_words   = 1024;

    void read_tree (std::uint64_t ipa);
    void read (std::uint64_t ipa, std::span<std::uint64_t> room);

    boot::Boot boot_;
    boot::SignedVm vm_;
    std::array<std::uint64_t, tree_words> tree_{};
};

}  // namespace attacks
