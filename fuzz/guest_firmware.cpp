// SPDX-License-Identifier: BSD-2-Clause

// libFuzzer against the guest firmware, in process: an input spells a host's device tree, what it has changed of the
// signed file, and what the VM is. Whatever it is, the firmware stays in RAM, writes nothing but the kernel's device
// tree, starts only what is as it was signed, and believes of the host only what can be.

#include "fuzz/boot_arena.hpp"
#include "fuzz/guest_tree_judge.hpp"
#include "fuzz/host_tree_maker.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace {
using namespace ravelin;
using fuzz::BootArena;

/// What an input changes; the rest of it is the tree.
struct Choices {
    std::uint8_t byte;

    [[nodiscard]] auto has_raw_tree () const -> bool { return (byte & 0x01) != 0; }
    [[nodiscard]] auto changes_manifest () const -> bool { return (byte & 0x02) != 0; }
    [[nodiscard]] auto signs_it () const -> bool { return (byte & 0x04) != 0; }
    [[nodiscard]] auto changes_file () const -> bool { return (byte & 0x08) != 0; }
    [[nodiscard]] auto changes_vm () const -> bool { return (byte & 0x10) != 0; }
    [[nodiscard]] auto moves_tree () const -> bool { return (byte & 0x20) != 0; }
};

class Boots final : public fuzz::Target {
  public:
    /// It takes no traps.
    explicit Boots (fuzz::TrapLog * /*log*/) : Target{"boots"} {}

    [[nodiscard]] auto play (fuzz::Input &input) -> std::uint64_t override {
        const auto bytes = input.rest ();
        const Choices choices{input.take<std::uint8_t> ()};
        arena_.reset ();
        vm_         = {};
        was_signed_ = true;
        self_       = BootArena::start + RAVELIN_IMAGE_FIRMWARE;
        describe_vm (choices.changes_vm (), input);
        if (choices.changes_manifest ()) { change_manifest (choices.signs_it (), input); }
        if (choices.changes_file ()) { change_file (input); }
        const std::uint64_t elsewhere = choices.moves_tree () ? input.take<std::uint64_t> () : 0;
        vm_.device_tree =
            arena_.put_tree (choices.has_raw_tree () ? raw_tree (bytes) : maker_.make (input)).value () + elsewhere;
        const auto before = arena_.sum ();
        const auto kernel =
            firmware::boot (arena_, self_, vm_, {.key = BootArena::key, .generation = BootArena::generation});
        if (arena_.sum () != before) { throw std::logic_error{"it wrote elsewhere than where the tree goes"}; }
        judge (kernel);
        return 1;
    }

  private:
    /// All of the input, from its first byte that is one's: a tree by its magic.
    [[nodiscard]] static auto raw_tree (std::span<const std::uint8_t> bytes) -> std::span<const std::byte> {
        const auto rest = bytes.subspan (std::min<std::size_t> (bytes.size (), 1));
        return std::as_bytes (rest);
    }

    void describe_vm (bool changes, fuzz::Input &input) {
        vm_.distributor   = 0x0800'0000;
        vm_.cpu_interface = 0x0801'0000;
        vm_.intids        = 96;
        vm_.vcpus         = 0b11;
        vm_.ipa_bits      = 40;
        vm_.ram_ranges    = 1;
        vm_.ram[0]        = {BootArena::start.value (), BootArena::size};
        if (!changes) { return; }
        // Ravelin says nothing that isn't so: ranges are apart and in the arena.
        const auto what = input.take<std::uint8_t> ();
        if ((what & 1U) != 0) { vm_.distributor = vm_.cpu_interface = vm_.intids = 0; }
        if ((what & 2U) != 0) { vm_.vcpus = what >> 4U | 1U; }
        if ((what & 4U) != 0) { self_ = Ipa{input.take<std::uint32_t> () & ~0xfffULL}; }
        if ((what & 8U) != 0) {
            const std::uint64_t first = (input.take<std::uint8_t> () + 1) * page_size * 4;
            vm_.ram_ranges            = 2;
            vm_.ram[0]                = {BootArena::start.value (), first};
            vm_.ram[1]                = {BootArena::start.value () + first, BootArena::size - first};
        }
    }

    void change_manifest (bool sign, fuzz::Input &input) {
        auto *const bytes = reinterpret_cast<std::uint8_t *> (&arena_.manifest ());
        for (unsigned count = input.take<std::uint8_t> () % 8 + 1; count != 0; --count) {
            const auto where = input.take<std::uint16_t> () % sizeof (ravelin_manifest);
            bytes[where] ^= input.take<std::uint8_t> ();
        }
        if (sign) { arena_.sign (); }
        was_signed_ = sign || arena_.has_made_manifest ();
    }

    void change_file (fuzz::Input &input) {
        const auto parts = BootArena::kernel_size + BootArena::initramfs_size;
        const auto where = input.take<std::uint16_t> () % parts;
        const auto what  = std::byte{input.take<std::uint8_t> ()};
        arena_.reach ({BootArena::start + RAVELIN_IMAGE_KERNEL + where, 1}).front () ^= what;
        file_changed_ = what != std::byte{};
    }

    void judge (const firmware::Verified<firmware::Kernel> &kernel) {
        const bool changed = std::exchange (file_changed_, false);
        if (!kernel) {
            if (kernel.error () < RAVELIN_REFUSED_PLACE || kernel.error () >= RAVELIN_REFUSED_FAULT) {
                throw std::logic_error{"it refuses for no reason that there is"};
            }
            return;
        }
        if (!was_signed_) { throw std::logic_error{"it starts with a manifest that nobody has signed"}; }
        // Whoever signs may say that the file is shorter.
        const bool all = arena_.manifest ().kernel_size == BootArena::kernel_size &&
                         arena_.manifest ().initramfs_size == BootArena::initramfs_size;
        if (changed && all) { throw std::logic_error{"it starts a file that was changed"}; }
        const auto wrong = fuzz::judge_guest_tree (arena_.reach (kernel->tree), vm_, kernel->image.whole (),
                                                   arena_.manifest ().command_line);
        if (!wrong.empty ()) { throw std::logic_error{"the kernel's device tree: " + std::string{wrong}}; }
    }

    BootArena arena_;
    fuzz::HostTreeMaker maker_;
    ravelin_boot_parameters vm_{};
    Ipa self_{};
    bool was_signed_{};
    bool file_changed_{};
};
}  // namespace

auto ravelin::fuzz::guest_firmware (TrapLog *log) -> std::unique_ptr<Target> {
    return std::make_unique<Boots> (log);
}
