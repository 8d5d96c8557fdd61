// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device_tree.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/scripted_cpu.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ravelin::sim {

/// A machine with a tiny kernel in its image, about to boot, on whose CPUs scripts can run.
class ScriptedMachine {
  public:
    explicit ScriptedMachine (BoardName board, const MachineOptions &options = {}) : machine_{board, options} {
        Loadables files;
        files.image = RavelinImage::with_tiny_kernel ();
        machine_.load (files);
    }

    [[nodiscard]] auto operator->() -> Machine * { return &machine_; }
    [[nodiscard]] auto get () -> Machine & { return machine_; }

    /// What CPU @p number executes as host, from each of its starts on.
    void script (std::uint32_t number, ScriptedCpu::Body body) {
        scripts_.push_back (std::make_unique<ScriptedCpu> (machine_.cpu (number), std::move (body)));
    }

    /// Boots, and runs the scripts to their end.
    [[nodiscard]] auto boot_and_run () -> Outcome { return machine_.boot () ? machine_.run () : Outcome::boot_failed; }

    /// What the PL011 has sent.
    [[nodiscard]] auto console () -> std::string { return std::string{machine_.uart ().port ().sent ()}; }

    /// Where the host's kernel is.
    [[nodiscard]] auto kernel () const -> Pa { return machine_.map ().image + RavelinImage::kernel_offset; }

  private:
    Machine machine_;
    std::vector<std::unique_ptr<ScriptedCpu>> scripts_;
};

/// The name of a board, for tests that run on each.
[[nodiscard]] inline auto board_name (BoardName board) -> std::string {
    return board == BoardName::virt ? "virt" : "pi4b";
}

}  // namespace ravelin::sim
