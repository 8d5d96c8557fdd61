// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arena.hpp"
#include "spin_lock.hpp"
#include "vm_call.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vms {

/// What kind of VM to make.
struct Shape {
    bool is_plain{};  // else it is protected
    std::uint64_t vcpus{1};
    std::uint64_t ipa_bits{39};
    bool all_ram{};          // else only the RAM at GUEST_RAM
    std::uint64_t intids{};  // that its GIC has; 0: it has no GIC
};

/// A flat image of a guest.
using Image = std::span<const std::byte>;

/// A virtual machine that the host makes out of an arena. What the hypervisor refuses ends the program: those
/// that expect a refusal make the call themselves.
class Vm {
  public:
    Vm (Arena &arena, const Shape &shape, Image image);
    ~Vm ();
    Vm (const Vm &)                     = delete;
    auto operator= (const Vm &) -> Vm & = delete;

    [[nodiscard]] auto handle () const -> std::uint64_t { return handle_; }
    [[nodiscard]] auto is_plain () const -> bool { return shape_.is_plain; }

    /// Makes vCPU @p number, which starts the image. @p variant is what the guest's Start says.
    void add_vcpu (std::uint64_t number = 0, std::uint64_t variant = 0);

    /// Makes vCPU @p number, which starts at the start of RAM with @p argument in X0, unless @p properties say that it
    /// is off.
    void create_vcpu (std::uint64_t number, std::uint64_t argument, std::uint64_t properties = 0);

    /// Puts @p bytes where the guest, which is new, finds them at @p start, the start of a page.
    void place (Ipa start, Image bytes);

    /// The guest wants the page at @p ipa, to write it if @p is_write: it gets as much as its RAM has in one
    /// unit, or may write what protect() has made read-only. Any CPU may call it.
    void feed (Ipa ipa, bool is_write);

    /// Makes the page at @p ipa of a plain VM read-only, until the guest wants to write it.
    void protect (Ipa ipa);

    /// Takes the page at @p ipa away from a plain VM; feed() gives the same page back, with what is in it.
    void unmap (Ipa ipa);

    /// The host's page for the guest's at @p ipa.
    [[nodiscard]] auto page_for (Ipa ipa) const -> Pa { return arena_.page_for (ipa); }

    [[nodiscard]] auto writes_permitted () const -> std::uint64_t { return writes_; }
    [[nodiscard]] auto pages_given_back () const -> std::uint64_t { return given_back_; }

    /// Ends the VM and takes all of its memory back; the destructor does, too.
    void destroy ();

    /// The VM has come to its end without destroy().
    void forget ();

  private:
    void add_gic ();
    void top_up ();
    void permit ();
    void give_back ();
    void change (std::string_view name, std::uint64_t call, Ipa ipa, std::uint64_t flags);
    [[nodiscard]] auto give_once (Ipa ipa, Pa pa, std::uint64_t pages) const -> std::int64_t;
    void give (Ipa ipa, Pa pa, std::uint64_t pages);

    Arena &arena_;
    Shape shape_;
    std::uint64_t handle_{};
    SpinLock feeding_;
    std::bitset<Arena::ram_pages> given_;  // by page_number()
    static constexpr Ipa none{~0ULL};
    Ipa read_only_{none};  // what protect() was told
    Ipa unmapped_{none};   // what unmap() took
    std::uint64_t writes_{};
    std::uint64_t given_back_{};
};

/// Ends the VM with @p handle, no vCPU of which runs, and takes its memory back.
void tear_down (std::uint64_t handle);

/// A call has returned @p status; if that isn't success the program ends and says that it was @p what.
void must (std::string_view what, std::int64_t status);

}  // namespace vms
