// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/saved_cpu.hpp"

#include "sim/unicorn/unicorn_error.hpp"

namespace ravelin::sim {

namespace {
[[nodiscard]] auto allocate (const Emulator &emulator) -> uc_context * {
    uc_context *context = nullptr;
    check (uc_context_alloc (emulator.handle (), &context), "allocating a context");
    return context;
}
}  // namespace

SavedCpu::SavedCpu (const Emulator &emulator)
    : context_{allocate (emulator)}, size_{uc_context_size (emulator.handle ())} {}

auto SavedCpu::save (const Emulator &emulator) -> std::span<const std::byte> {
    check (uc_context_save (emulator.handle (), context_.get ()), "saving a context");
    return {reinterpret_cast<const std::byte *> (context_.get ()), size_};
}

}  // namespace ravelin::sim
