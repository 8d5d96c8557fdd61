// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/recorder/cpu_registers.hpp"

#include "sim/replay/recorder/find_register.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

namespace ravelin::sim::replay {

auto CpuRegisters::find () -> bool {
    bool all        = true;
    const auto need = [&all] (const std::string &name) {
        auto *found = find_register (name);
        if (found == nullptr) {
            std::fprintf (stderr, "recorder: this QEMU doesn't show %s; it takes 10.0\n", name.c_str ());
            all = false;
        }
        return found;
    };
    for (std::size_t i = 0; i < x_registers; ++i) {
        handles_.at (i) = need ("x" + std::to_string (i));
    }
    for (std::size_t i = 0; i < recorded_registers.size (); ++i) {
        handles_.at (x_registers + i) = need (std::string{recorded_registers.at (i).qemu});
    }
    for (std::size_t i = 0; i < vectors_.size (); ++i) {
        vectors_.at (i) = need ("v" + std::to_string (i));
    }
    par_    = need ("PAR_EL1");
    tpidr_  = need ("TPIDR_EL2");
    pstate_ = need ("cpsr");
    return all;
}

auto CpuRegisters::read (qemu_plugin_register *which) -> std::uint64_t {
    g_byte_array_set_size (value_, 0);
    std::uint64_t value = 0;
    const int size      = qemu_plugin_read_register (which, value_);
    std::memcpy (&value, value_->data,
                 std::min<std::size_t> (sizeof value, size < 0 ? 0 : static_cast<unsigned> (size)));
    return value;
}

auto CpuRegisters::level () -> unsigned {
    return static_cast<unsigned> (read (pstate_) >> 2U & 3U);
}

auto CpuRegisters::all () -> Values {
    Values values{};
    std::ranges::transform (handles_, values.begin (), [this] (auto *each) { return read (each); });
    return values;
}

auto CpuRegisters::fp () -> std::vector<std::byte> {
    std::vector<std::byte> bytes;
    for (auto *each : vectors_) {
        g_byte_array_set_size (value_, 0);
        qemu_plugin_read_register (each, value_);
        const auto *data = reinterpret_cast<const std::byte *> (value_->data);
        bytes.insert (bytes.end (), data, data + value_->len);
    }
    return bytes;
}

}  // namespace ravelin::sim::replay
