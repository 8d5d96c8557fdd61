// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ravelin::sim {

/// Finds what a person types for the simulator among what is for the machine: Ctrl-A X ends it, as in QEMU.
/// Ctrl-A twice is a Ctrl-A for the machine; Ctrl-A before another key is dropped.
class Escape {
  public:
    /// What of @p typed is for the machine; nothing if the simulator is to end.
    [[nodiscard]] auto filter (std::string_view typed) -> std::optional<std::string> {
        constexpr char control_a = 1;

        std::string rest;
        for (const char c : typed) {
            if (!escaped_ && c == control_a) {
                escaped_ = true;
                continue;
            }
            if (escaped_ && (c == 'x' || c == 'X')) { return std::nullopt; }
            escaped_ = false;
            rest.push_back (c);
        }
        return rest;
    }

  private:
    bool escaped_{};
};

}  // namespace ravelin::sim
