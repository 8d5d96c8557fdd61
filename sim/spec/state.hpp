// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/memory.hpp"
#include "sim/spec/used_handles.hpp"
#include "sim/spec/vm.hpp"

#include <map>
#include <optional>
#include <vector>

namespace ravelin::spec {

/// A vCPU, by name.
struct VcpuName {
    Handle vm{};
    std::uint64_t number{};

    auto operator== (const VcpuName &) const -> bool = default;
};

/// All that is the case.
struct State {
    Memory memory;
    std::map<Handle, Vm> vms;
    UsedHandles used_handles;                   // none comes back
    std::vector<std::optional<VcpuName>> cpus;  // what each CPU runs; nothing: the host

    // CNTPCT_EL0 when this step's trap came, and when it's over.
    std::uint64_t first_count{};
    std::uint64_t last_count{};

    /// The VM of that handle; nullptr: there is none, or no more.
    [[nodiscard]] auto vm (Handle handle) -> Vm * {
        const auto found = vms.find (handle);
        return found == vms.end () ? nullptr : &found->second;
    }
    [[nodiscard]] auto vm (Handle handle) const -> const Vm * {
        const auto found = vms.find (handle);
        return found == vms.end () ? nullptr : &found->second;
    }

    auto operator== (const State &) const -> bool = default;
};

}  // namespace ravelin::spec
