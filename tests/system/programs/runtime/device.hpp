// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>

namespace el1 {

// Device registers, at their physical addresses. The access is spelt out so that the compiler can't choose a
// form that a hypervisor below couldn't emulate (writeback, pairs).

[[nodiscard]] inline auto read_device (ravelin::Pa address) -> std::uint32_t {
    std::uint32_t value = 0;
    asm volatile ("ldr %w0, [%1]" : "=r"(value) : "r"(address.value ()) : "memory");
    return value;
}

inline void write_device (ravelin::Pa address, std::uint32_t value) {
    asm volatile ("str %w0, [%1]" ::"r"(value), "r"(address.value ()) : "memory");
}

[[nodiscard]] inline auto read_device_byte (ravelin::Pa address) -> std::uint8_t {
    std::uint32_t value = 0;
    asm volatile ("ldrb %w0, [%1]" : "=r"(value) : "r"(address.value ()) : "memory");
    return static_cast<std::uint8_t> (value);
}

inline void write_device_byte (ravelin::Pa address, std::uint8_t value) {
    asm volatile ("strb %w0, [%1]" ::"r"(value), "r"(address.value ()) : "memory");
}

}  // namespace el1
