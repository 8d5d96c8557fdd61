// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::spec {

/// A physical or intermediate physical address divided by the size of a page.
using PageNumber = std::uint64_t;

/// What the host calls a VM.
using Handle = std::uint64_t;

/// Whose a page of RAM is.
enum class Owner : std::uint8_t {
    host,
    ravelin,
    vm,
};

/// What a VM uses a page for that it owns.
enum class Use : std::uint8_t {
    data,     // memory of its guest
    control,  // Ravelin's state of it: control block, vCPU, translation tables
};

/// What a reader of a page may find in it, if nobody has written to it since it changed hands.
enum class Contents : std::uint8_t {
    hosts,     // what the host has or left in it
    zeros,     // Ravelin cleared it
    firmware,  // a page of the guest firmware, as Ravelin brings it
    told,      // its first page, once Ravelin has said there what the VM is
    secret,    // state of a VM, or of Ravelin
};

/// One page of RAM.
struct Page {
    Owner owner{Owner::host};
    Use use{Use::data};                  // if a VM owns it
    Contents contents{Contents::hosts};  // when it changed hands last
    bool shared{};                       // with the host, by the VM that owns it
    std::uint32_t loans{};               // how often plain VMs map it, if the host owns it
    Handle vm{};                         // the owner, if it's a VM
    PageNumber ipa{};                    // where that VM has it, if it's data

    auto operator== (const Page &) const -> bool = default;
};

/// Whether the host's loads and stores reach @p page.
[[nodiscard]] constexpr auto host_reaches (const Page &page) -> bool {
    return page.owner == Owner::host || page.shared;
}

/// Whether a page that was @p before has another owner now, or was cleared or filled by Ravelin on the way: what its
/// owner has written there meanwhile is no concern of that.
[[nodiscard]] constexpr auto changes_hands (const Page &before, const Page &now) -> bool {
    return before.owner != now.owner || before.vm != now.vm || before.contents != now.contents;
}

}  // namespace ravelin::spec
