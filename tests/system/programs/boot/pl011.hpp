// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "interrupts/host/virtual_cpu.hpp"
#include "vms/host/spin_lock.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace boot {

/// A person at a VM's console: hears what is said, and says what is to be typed.
class Person {
  public:
    /// The guest has written @p c.
    virtual void hears (char c) = 0;

    /// What is typed next; empty: nothing yet.
    [[nodiscard]] virtual auto types () -> std::string_view = 0;

  protected:
    ~Person () = default;
};

/// The PL011 of a VM, whose interrupt is a wire of it.  [ARM DDI 0183, 3]
class Pl011 final : public interrupts::Devices {
  public:
    static constexpr std::uint64_t place = 0x0900'0000;  // IPA
    static constexpr std::uint64_t intid = 33;

    Pl011 (std::uint64_t vm, Person &person) : vm_{vm}, person_{person} {}

    auto load (std::uint64_t ipa) -> std::uint64_t override;
    void store (std::uint64_t ipa, std::uint64_t value) override;

  private:
    [[nodiscard]] auto status () const -> std::uint32_t;
    void update_wire ();

    std::uint64_t vm_;
    Person &person_;
    vms::SpinLock lock_;
    std::string_view input_;                // typed, and not read yet
    std::uint32_t enabled_{};               // UARTIMSC
    std::uint32_t transmitted_{};           // UARTRIS.TXRIS
    std::array<std::uint32_t, 32> kept_{};  // registers below 0x80 that only keep what is written
    bool is_high_{};
};

}  // namespace boot
