// SPDX-License-Identifier: BSD-2-Clause
#include "images.hpp"
#include "interrupts/host/machine_run.hpp"
#include "machine.hpp"
#include "pl011.hpp"
#include "program.hpp"
#include "signed_vm.hpp"

#include <algorithm>
#include <array>

// A host that boots what was loaded beside it, a file of tools/sign-image's, in a protected VM, and uses its shell.

namespace boot {

namespace {
constexpr unsigned vcpus = 2;

/// Types when the shell prompts, and waits for what it must say.
class ShellUser final : public Person {
  public:
    void hears (char c) override {
        if (c != '\r') { el1::print (std::string_view{&c, 1}); }
        for (Phrase &phrase : phrases_) {
            phrase.hears (c);
        }
    }

    [[nodiscard]] auto types () -> std::string_view override {
        if (!prompted ().is_complete ()) { return {}; }
        prompted ().begin_again ();
        return lines_.at (std::min (typed_++, lines_.size () - 1));
    }

    [[nodiscard]] auto was_answered () const -> bool { return phrases_.at (1).was_complete (); }

  private:
    /// Some words, while one listens for them.
    class Phrase {
      public:
        explicit constexpr Phrase (std::string_view words) : words_{words} {}

        void hears (char c) {
            if (is_complete ()) { return; }
            heard_ = c == words_.at (heard_) ? heard_ + 1 : (c == words_.front () ? 1 : 0);
            was_complete_ |= is_complete ();
        }
        [[nodiscard]] auto is_complete () const -> bool { return heard_ == words_.size (); }
        [[nodiscard]] auto was_complete () const -> bool { return was_complete_; }
        void begin_again () { heard_ = 0; }

      private:
        std::string_view words_;
        std::size_t heard_{};
        bool was_complete_{};
    };

    [[nodiscard]] auto prompted () -> Phrase & { return phrases_.front (); }

    std::array<Phrase, 2> phrases_{Phrase{"guest# "}, Phrase{"it is 42 here"}};
    std::array<std::string_view, 2> lines_{"echo it is $((6 * 7)) here\n", "exit\n"};
    std::size_t typed_{};
};

}  // namespace

}  // namespace boot

auto el1::run_program () -> End {
    using namespace boot;
    Test test{"a signed kernel boots in a protected VM, to its shell"};
    const auto file = machine ().initrd;
    if (file.size == 0) { give_up ("nothing to boot was loaded beside this program: give it as the initrd"); }
    Place place{256ULL << 20};
    place.put (GUEST_FILE, {reinterpret_cast<const std::byte *> (file.start.value ()), file.size});
    place.put (GUEST_TREE, vms::images::guest_tree ());
    SignedVm vm{place, {.vcpus = vcpus}};
    ShellUser user;
    Pl011 uart{vm.handle (), user};
    interrupts::MachineRun run{vm, uart, vcpus};
    const bool is_off = run.run ();
    test.about (run.why ());
    test.equal ("the firmware's refusal", run.refusal (), 0);
    test.expect ("it turned itself off", is_off);
    test.expect ("its shell answered", user.was_answered ());
    return End::power_off;
}
