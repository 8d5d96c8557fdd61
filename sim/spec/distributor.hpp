// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/vm.hpp"

#include <cstdint>

namespace ravelin::spec {

/// What a register holds, as far as it is known.
struct Bits {
    std::uint64_t value{};
    std::uint64_t known{~0ULL};  // a bit for each bit of the value that can't be otherwise

    auto operator== (const Bits &) const -> bool = default;
};

/// The registers of a VM's distributor, as one of its vCPUs sees them.  [IHI 0048B, 4.3]
struct Distributor {
    Vm &vm;  // has a GIC
    std::uint64_t vcpu;

    /// Reads @p size bytes from @p offset on. What is of a wrong size, misaligned or reserved reads as zero.
    [[nodiscard]] auto read (std::uint64_t offset, unsigned size) const -> Bits;

    /// Writes them. What is of a wrong size, misaligned, reserved or read-only is ignored.
    void write (std::uint64_t offset, unsigned size, std::uint64_t value) const;

    /// GICD_SGIR, which has no other effect than this.
    void send_sgi (std::uint32_t value) const;

    /// The vCPUs that it would go to, a bit for each.
    [[nodiscard]] auto sgi_targets (std::uint32_t value) const -> unsigned;

    /// GICC_DIR.  [4.4.15]
    void deactivate (std::uint32_t value) const;

  private:
    [[nodiscard]] auto read_byte (std::uint64_t offset) const -> Bits;
    void write_byte (std::uint64_t offset, std::uint8_t value) const;
    void write_register (std::uint64_t offset, unsigned size, std::uint64_t value) const;
    [[nodiscard]] auto read_bit (std::uint64_t block, std::uint32_t intid) const -> Bits;
    void set_bit (std::uint64_t block, std::uint32_t intid, bool value) const;

    /// Another vCPU has ended an interrupt that was in no list register, and EL2 doesn't know yet: it will take it for
    /// the best of those that are active then, which may be another after a write to what is active, and how urgent.
    void doubt_ends () const;
};

/// Raises or lowers the wire of SPI @p intid.
void set_line (Vm &vm, std::uint32_t intid, bool level);

}  // namespace ravelin::spec
