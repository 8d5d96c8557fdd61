// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "attacks/guests/orders.hpp"
#include "vms/host/vcpu.hpp"

#include <cstdint>

namespace attacks {

using vms::Ipa;
using vms::Pa;
using vms::PaRange;

/// A VM whose guest does what it is ordered to: attacks/guests/victim.cpp. It is protected, unless it is the host's
/// accomplice.
class Victim final : private vms::Guide {
  public:
    /// @param arena     number of the arena that it is made of
    /// @param shape     with one vCPU
    /// @param prepare   is called while the VM is new
    explicit Victim (unsigned arena = 0, const vms::Shape &shape = {}, void (*prepare) (vms::Vm &) = nullptr);
    Victim (const Victim &)                     = delete;
    auto operator= (const Victim &) -> Victim & = delete;

    [[nodiscard]] auto vm () -> vms::Vm & { return vm_; }
    [[nodiscard]] auto handle () const -> std::uint64_t { return vm_.handle (); }

    /// The host's page for the guest's at @p ipa.
    [[nodiscard]] auto page_for (std::uint64_t ipa) const -> Pa { return vm_.page_for (Ipa{ipa}); }

    /// Gives an order, and runs the guest on this CPU until it has carried it out.
    auto order (Order what, std::uint64_t first = 0, std::uint64_t second = 0) -> std::uint64_t;

    /// The same, but the guest is left right before it carries it out: run() or finish() comes next.
    void begin (Order what, std::uint64_t first = 0, std::uint64_t second = 0);

    /// One VCPU_RUN, after which the guest isn't served.
    /// @param loaded  what the guest's last load from a device reads
    /// @param done    RAVELIN_RUN_DONE or 0
    [[nodiscard]] auto run (std::uint64_t loaded, std::uint64_t done = 0) -> vms::Exit;
    [[nodiscard]] auto run () -> vms::Exit { return run (vcpu_.loaded ()); }

    /// Serves the guest until it has carried out the order that it has.
    auto finish () -> std::uint64_t;

    /// The same, after run() has come back with a load: it reads @p loaded.
    auto finish_with (std::uint64_t loaded) -> std::uint64_t;

    /// What the last load of the guest from a device reads, if nothing else is said.
    [[nodiscard]] auto loaded () const -> std::uint64_t { return vcpu_.loaded (); }

    /// Lets the guest keep a secret in a page.
    /// @return  the host's page where it is
    auto keep_secret (std::uint64_t ipa = GUEST_PAGE) -> Pa;

    /// What the guest reads at @p ipa.
    [[nodiscard]] auto reads (std::uint64_t ipa = GUEST_PAGE) -> std::uint64_t { return order (Order::load, ipa); }

    /// Whether the guest reads something else than the secret that it wrote to @p ipa.
    [[nodiscard]] auto has_lost_secret (std::uint64_t ipa = GUEST_PAGE) -> bool { return reads (ipa) != secret; }

    void share (std::uint64_t ipa = GUEST_PAGE);
    void unshare (std::uint64_t ipa = GUEST_PAGE);

    /// Ends the VM and takes its memory back.
    void destroy () { vm_.destroy (); }

  private:
    enum class Stage : std::uint8_t {
        at_rest,
        first,   // the guest has got an order, and asks for these
        second,  //
        busy,
    };

    auto answer (std::uint64_t asked) -> std::uint64_t override;
    void step ();

    vms::Vm vm_;
    vms::Vcpu vcpu_{vm_, 0, this};
    Stage stage_{Stage::busy};
    bool ordered_{};
    Order what_{};
    std::uint64_t first_{};
    std::uint64_t second_{};
    std::uint64_t result_{};
};

}  // namespace attacks
