// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/script_world.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace ravelin::sim {

/// A vCPU as hardware can tell: by VTTBR_EL2 and VMPIDR_EL2. VMID 0 is the host's.
struct WorldKey {
    std::uint64_t vmid{};
    std::uint64_t vcpu{};  // Aff0

    friend constexpr auto operator== (const WorldKey &, const WorldKey &) -> bool = default;
};

/// A vCPU whose code is a C++ coroutine. It begins at the first entry, and sleeps when it has ended.
class ScriptedGuest : public ScriptWorld {
  public:
    using Body = std::function<Script (ScriptedGuest &)>;

    ScriptedGuest (WorldKey key, Body body) : key_{key}, body_{std::move (body)} {}

    [[nodiscard]] auto key () const -> WorldKey { return key_; }

    [[nodiscard]] auto name () const -> std::string override {
        return "vCPU " + std::to_string (key_.vcpu) + " of VMID " + std::to_string (key_.vmid);
    }

  private:
    [[nodiscard]] auto begin () -> Script override { return body_ (*this); }

    WorldKey key_;
    Body body_;
};

}  // namespace ravelin::sim
