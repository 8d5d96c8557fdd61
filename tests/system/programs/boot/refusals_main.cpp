// SPDX-License-Identifier: BSD-2-Clause
#include "boot.hpp"
#include "hyp/abi/status.h"
#include "hyp/core/bounded_vector.hpp"
#include "hyp/firmware/refusal.hpp"
#include "images.hpp"
#include "program.hpp"
#include "vms/guests/layout.h"
#include "vms/host/guest_tree.hpp"
#include "vms/host/reach.hpp"
#include "vms/host/vm_call.hpp"

#include <array>
#include <cstring>

// A host that changes what a protected VM boots, in every way there is: the guest firmware refuses each with a status
// of its own, and leaves a VM that can be destroyed and of which nothing can be read.

namespace boot {

namespace {
constexpr std::uint64_t ram_size = 16ULL << 20;

/// What a VM says on its console.
using Words = ravelin::BoundedVector<char, 128>;

/// The device tree as it should be, but for the number of vCPUs.
void put_tree (const Boot &boot, std::uint64_t vcpus) {
    std::array<std::byte, ravelin::page_size> room{};
    boot.put_tree (vms::write_guest_tree (room, vcpus, true));
}

/// What nobody has changed.
[[nodiscard]] auto prepare () -> Boot {
    Boot boot{vms::images::boot (), ram_size};
    put_tree (boot, 1);
    return boot;
}

void flip (std::byte &byte) {
    byte ^= std::byte{1};
}

/// A change, and what the firmware says of it.
struct Case {
    std::string_view name;
    ravelin_refusal refusal;
    void (*change) (Boot &boot);
    bool has_tree{true};  // in which the firmware finds a console
};

/// Runs the VM to the first exit that isn't a byte for its console.
[[nodiscard]] auto listen (const SignedVm &vm, Words &words) -> vms::Exit {
    for (;;) {
        const auto exit = vms::vcpu_run (vm.handle (), 0);
        const bool said = exit.cause == RAVELIN_EXIT_MMIO && exit.x2 == GUEST_CONSOLE &&
                          exit.x3 == (1U | RAVELIN_MMIO_WRITE) && words.push (static_cast<char> (exit.x4));
        if (!said) { return exit; }
    }
}

/// Whether the words are those that go with @p why.
[[nodiscard]] auto tell (const Words &words, ravelin_refusal why) -> bool {
    std::string_view said{words.begin (), words.size ()};
    for (const auto part : {std::string_view{"Ravelin: this VM doesn't start: "}, ravelin::firmware::text_of (why),
                            std::string_view{"\r\n"}}) {
        if (!said.starts_with (part)) { return false; }
        said.remove_prefix (part.size ());
    }
    return said.empty ();
}

constexpr std::array cases{
    Case{"a file at an odd place", RAVELIN_REFUSED_PLACE,
         [] (Boot &boot) {
             boot.shape.firmware += ravelin::page_size;
         }},
    Case{"no manifest", RAVELIN_REFUSED_UNSIGNED,
         [] (Boot &boot) {
             boot.manifest ().magic = 0;
         }},
    Case{"another key", RAVELIN_REFUSED_KEY,
         [] (Boot &boot) {
             boot.manifest ().key[0] ^= 1;
         }},
    Case{"another command line", RAVELIN_REFUSED_MANIFEST,
         [] (Boot &boot) {
             std::strcpy (boot.manifest ().command_line, "rdinit=/bin/sh");
         }},
    Case{"another signature", RAVELIN_REFUSED_MANIFEST,
         [] (Boot &boot) {
             boot.manifest ().signature[40] ^= 1;
         }},
    Case{"too little RAM", RAVELIN_REFUSED_NO_ROOM,
         [] (Boot &boot) {
             boot.shape.ram = Boot::kernel_at - Place::ram;
         }},
    Case{"a file without its end", RAVELIN_REFUSED_TRUNCATED,
         [] (Boot &boot) {
             std::memset (boot.end (), 0, 16);
         }},
    Case{"another kernel", RAVELIN_REFUSED_KERNEL,
         [] (Boot &boot) {
             flip (boot.kernel ()[100]);
         }},
    Case{"another initramfs", RAVELIN_REFUSED_INITRAMFS,
         [] (Boot &boot) {
             flip (*boot.initramfs ());
         }},
    Case{"a tree on the file", RAVELIN_REFUSED_OVERLAP,
         [] (Boot &boot) { boot.shape.tree = GUEST_FILE + RAVELIN_IMAGE_TREE; }, false},
    Case{"no tree", RAVELIN_REFUSED_TREE, [] (Boot &boot) { flip (*boot.place.at (GUEST_TREE)); }, false},
    Case{"a tree with a vCPU that isn't there", RAVELIN_REFUSED_TREE,
         [] (Boot &boot) {
             put_tree (boot, 2);
         }},
};

void refuse (const Case &tried) {
    Boot boot = prepare ();
    tried.change (boot);
    el1::Test test{"it is refused with a status of its own", tried.name};
    {
        SignedVm vm{boot.place, boot.shape};
        Words words;
        const auto exit = listen (vm, words);
        test.status ("VCPU_RUN", exit.status, RAVELIN_SUCCESS);
        test.expect ("it says so on the VM's console", tried.has_tree ? tell (words, tried.refusal) : words.empty ());
        test.equal ("the exit", exit.cause, RAVELIN_EXIT_REFUSED);
        test.equal ("the status", exit.x2, tried.refusal);
        el1::print ("refused: ", tried.name, ": ", exit.x2, "\n");
        test.equal ("its next exit", vms::vcpu_run (vm.handle (), 0).cause, RAVELIN_EXIT_OFF);
        test.expect ("its memory can't be read", !vms::try_load (boot.place.pa (GUEST_FILE)));
    }
    test.expect ("it came back as zeros", vms::is_zero ({boot.place.pa (GUEST_FILE), ravelin::block_size}));
}

void start () {
    el1::Test test{"what nobody has changed starts"};
    Boot boot = prepare ();
    std::memset (boot.place.at (GUEST_ARGUMENTS), 0, ravelin::page_size);
    const SignedVm vm{boot.place, boot.shape};
    const auto exit = vms::vcpu_run (vm.handle (), 0);
    test.equal ("the exit", exit.cause, RAVELIN_EXIT_MMIO);
    test.equal ("its address", exit.x2, GUEST_BEGUN);
}
}  // namespace

}  // namespace boot

auto el1::run_program () -> End {
    boot::start ();
    for (const boot::Case &each : boot::cases) {
        boot::refuse (each);
    }
    return End::power_off;
}
