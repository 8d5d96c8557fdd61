// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arena.hpp"
#include "guests/image.hpp"
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
    std::uint64_t spare_vcpus{};  // that there could be besides, but aren't
    std::uint64_t ipa_bits{39};
    bool all_ram{};          // else only the RAM at GUEST_RAM
    std::uint64_t intids{};  // that its GIC has; 0: it has no GIC
};

/// A virtual machine, for who runs its vCPUs.
class RunningVm {
  public:
    [[nodiscard]] virtual auto handle () const -> std::uint64_t = 0;

    /// The guest wants the page at @p ipa, to write it if @p is_write. Any CPU may call it.
    virtual void feed (Ipa ipa, bool is_write) = 0;

  protected:
    RunningVm ()                                      = default;
    RunningVm (const RunningVm &)                     = delete;
    auto operator= (const RunningVm &) -> RunningVm & = delete;
    ~RunningVm ()                                     = default;
};

/// A virtual machine that the host makes out of an arena. What the hypervisor refuses ends the program: those
/// that expect a refusal make the call themselves.
class Vm final : public RunningVm {
  public:
    Vm (Arena &arena, const Shape &shape, const Image &image);
    ~Vm ();
    Vm (const Vm &)                     = delete;
    auto operator= (const Vm &) -> Vm & = delete;

    [[nodiscard]] auto handle () const -> std::uint64_t override { return handle_; }
    [[nodiscard]] auto is_plain () const -> bool { return shape_.is_plain; }

    /// Makes vCPU @p number; they're made upwards. @p variant is what the guest's Start says. When all are there, a
    /// protected VM boots, up to where its first vCPU has turned on the others.
    void add_vcpu (std::uint64_t number = 0, std::uint64_t variant = 0);

    /// Makes vCPU @p number alone: the first starts the image, or the firmware that does; others are off.
    void create_vcpu (std::uint64_t number);

    /// Puts @p bytes where the guest, which is new, finds them at @p start, the start of a page.
    void place (Ipa start, File bytes);

    /// It gets as much as its RAM has in one unit, or may write what protect() has made read-only.
    void feed (Ipa ipa, bool is_write) override;

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
    void create_vcpu (std::uint64_t number, std::uint64_t properties);
    [[nodiscard]] auto argument (std::uint64_t offset) const -> std::uint64_t &;
    void boot ();
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
