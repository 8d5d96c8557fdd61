// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/core/range.hpp"

#include <cstddef>
#include <cstdint>

namespace ravelin::firmware {

/// A device that the host emulates.
struct Device {
    IpaRange registers;
    std::uint32_t spi;    // number of its shared peripheral interrupt: INTID - 32
    std::uint32_t flags;  // of that: 1 is a rising edge, 4 a high level  [Linux, dt-bindings: interrupt-controller]
};

/// A UART that the kernel has a driver for.
struct Uart {
    enum class Kind : std::uint8_t {
        none,
        pl011,
        ns16550,
    };

    Kind kind{Kind::none};
    Device device{};
};

/// The machine that the host describes, as far as that can be true.
struct GuestMachine {
    static constexpr std::size_t max_memory = 8;
    static constexpr std::size_t max_virtio = 64;

    BoundedVector<IpaRange, max_memory> memory;
    std::uint32_t vcpus{};  // a bit for each
    Uart uart;
    BoundedVector<Device, max_virtio> virtio;
};

}  // namespace ravelin::firmware
