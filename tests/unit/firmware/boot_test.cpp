// SPDX-License-Identifier: BSD-2-Clause
// What the guest firmware starts, and what it doesn't. Promise 3 (boot).
#include "hyp/firmware/hash.hpp"
#include "tests/unit/firmware/boot_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin::firmware {

namespace {
using test::BootMachine;

class FirmwareBoot : public testing::Test {
  protected:
    FirmwareBoot () { machine.put_tree (BootMachine::host_tree ()); }

    /// A byte of the file, at this offset in it, is another one.
    void damage (std::uint64_t offset) { machine.ram.at (BootMachine::file_start + offset) ^= std::byte{1}; }

    /// The file's manifest, in RAM, which its owner may sign anew.
    [[nodiscard]] auto manifest () -> ravelin_manifest & {
        const auto page = machine.ram.reach ({BootMachine::file_start, page_size});
        return *reinterpret_cast<ravelin_manifest *> (page.data ());
    }
    void sign_anew () { sign::sign_manifest (manifest (), sign::test::key_of (7)); }

    static constexpr std::uint64_t initramfs_at = RAVELIN_IMAGE_KERNEL + BootMachine::kernel_size;
    static constexpr std::uint64_t end_at       = (initramfs_at + BootMachine::initramfs_size + 15) / 16 * 16;

    BootMachine machine;
};
}  // namespace

TEST_F (FirmwareBoot, starts_what_was_signed) {
    const auto kernel = machine.boot ();
    ASSERT_TRUE (kernel.has_value ());
    EXPECT_EQ (kernel->image.kernel,
               (IpaRange{BootMachine::file_start + RAVELIN_IMAGE_KERNEL, BootMachine::kernel_size}));
    EXPECT_EQ (kernel->image.initramfs,
               (IpaRange{BootMachine::file_start + initramfs_at, BootMachine::initramfs_size}));
    EXPECT_EQ (kernel->tree.start, BootMachine::file_start + RAVELIN_IMAGE_TREE);
    EXPECT_LE (kernel->tree.size, RAVELIN_IMAGE_TREE_SIZE);
}

TEST_F (FirmwareBoot, starts_what_has_no_initramfs) {
    machine.initramfs.clear ();
    machine.sign ();
    EXPECT_EQ (machine.refusal (), 0);
}

TEST_F (FirmwareBoot, writes_nothing_but_the_kernels_device_tree) {
    const auto before = machine.ram.bytes ();
    const auto kernel = machine.boot ();
    ASSERT_TRUE (kernel.has_value ());
    const auto &after = machine.ram.bytes ();
    for (std::uint64_t i = 0; i < after.size (); ++i) {
        if (after[i] != before[i]) {
            const IpaRange room{BootMachine::file_start + RAVELIN_IMAGE_TREE, RAVELIN_IMAGE_TREE_SIZE};
            ASSERT_TRUE (room.contains (BootMachine::ram_start + i)) << i;
        }
    }
}

TEST_F (FirmwareBoot, refuses_a_file_at_an_odd_place) {
    machine.self = machine.self + page_size;
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_PLACE);
    machine.self = Ipa{RAVELIN_IMAGE_FIRMWARE - page_size};
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_PLACE);
}

TEST_F (FirmwareBoot, refuses_what_is_not_signed) {
    damage (offsetof (ravelin_manifest, magic));
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_UNSIGNED);
}

TEST_F (FirmwareBoot, refuses_where_no_ram_is) {
    machine.self = Ipa{0x8000'0000 + RAVELIN_IMAGE_FIRMWARE};
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_UNSIGNED);
}

TEST_F (FirmwareBoot, refuses_what_another_key_has_signed) {
    machine.sign (0, sign::test::key_of (8));
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_KEY);
}

TEST_F (FirmwareBoot, refuses_what_another_key_has_signed_in_its_name) {
    machine.sign (0, sign::test::key_of (8));
    const auto point = sign::test::key_of (7).point;
    std::ranges::copy (hash_of (std::as_bytes (std::span{point})), std::begin (manifest ().key));
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_MANIFEST);
}

TEST_F (FirmwareBoot, refuses_any_change_of_the_manifest) {
    for (const std::uint64_t offset : std::initializer_list<std::uint64_t>{
             0, 16, offsetof (ravelin_manifest, format), offsetof (ravelin_manifest, generation),
             offsetof (ravelin_manifest, kernel_size), offsetof (ravelin_manifest, initramfs_size),
             offsetof (ravelin_manifest, kernel_hash), offsetof (ravelin_manifest, initramfs_hash),
             offsetof (ravelin_manifest, command_line), offsetof (ravelin_manifest, command_line) + 2047,
             offsetof (ravelin_manifest, zero), offsetof (ravelin_manifest, signature),
             offsetof (ravelin_manifest, signature) + 63}) {
        damage (offset);
        EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_MANIFEST) << offset;
        damage (offset);
    }
    EXPECT_EQ (machine.refusal (), 0);
}

TEST_F (FirmwareBoot, refuses_a_manifest_that_contradicts_itself_though_it_is_signed) {
    const auto refuses = [&] (const auto &change) {
        const auto good = manifest ();
        change (manifest ());
        sign_anew ();
        EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_MANIFEST);
        manifest () = good;
    };
    refuses ([] (ravelin_manifest &it) { ++it.format; });
    refuses ([] (ravelin_manifest &it) { it.kernel_size = 0; });
    refuses ([] (ravelin_manifest &it) { ++it.kernel_size; });
    refuses ([] (ravelin_manifest &it) { it.kernel_size = (1ULL << 29) + page_size; });
    refuses ([] (ravelin_manifest &it) { it.kernel_size = ~0xfffULL; });
    refuses ([] (ravelin_manifest &it) { it.initramfs_size = (1ULL << 29) + 1; });
    refuses ([] (ravelin_manifest &it) { it.initramfs_size = ~0ULL; });
    refuses ([] (ravelin_manifest &it) { std::ranges::fill (it.command_line, 'x'); });
}

TEST_F (FirmwareBoot, refuses_an_image_that_is_older_than_what_it_was_built_for) {
    machine.oldest = 3;
    machine.sign (2);
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_OLD);
    machine.sign (3);
    EXPECT_EQ (machine.refusal (), 0);
    machine.sign (4);
    EXPECT_EQ (machine.refusal (), 0);
}

TEST_F (FirmwareBoot, refuses_a_file_that_is_not_all_in_ram) {
    manifest ().initramfs_size = BootMachine::ram_size;
    sign_anew ();
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_NO_ROOM);
}

TEST_F (FirmwareBoot, refuses_a_file_across_two_ranges_of_ram) {
    const std::uint64_t first     = RAVELIN_IMAGE_ALIGNMENT + initramfs_at;
    machine.parameters.ram_ranges = 2;
    machine.parameters.ram[0]     = {BootMachine::ram_start.value (), first};
    machine.parameters.ram[1]     = {BootMachine::ram_start.value () + first, BootMachine::ram_size - first};
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_NO_ROOM);
}

TEST_F (FirmwareBoot, refuses_a_file_that_has_lost_its_end) {
    damage (end_at);
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_TRUNCATED);
    damage (end_at);
    damage (end_at + 15);
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_TRUNCATED);
}

TEST_F (FirmwareBoot, refuses_any_change_of_the_kernel) {
    for (const std::uint64_t offset : {std::uint64_t{0}, page_size + 1, BootMachine::kernel_size - 1}) {
        damage (RAVELIN_IMAGE_KERNEL + offset);
        EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_KERNEL) << offset;
        damage (RAVELIN_IMAGE_KERNEL + offset);
    }
}

TEST_F (FirmwareBoot, refuses_any_change_of_the_initramfs) {
    for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{77}, BootMachine::initramfs_size - 1}) {
        damage (initramfs_at + offset);
        EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_INITRAMFS) << offset;
        damage (initramfs_at + offset);
    }
}

TEST_F (FirmwareBoot, refuses_another_images_kernel_or_initramfs) {
    const auto kernel = machine.kernel;
    machine.kernel    = BootMachine::filled (BootMachine::kernel_size, 9);
    BootMachine other;
    other.kernel = machine.kernel;
    other.sign ();
    machine.ram.put (BootMachine::file_start + RAVELIN_IMAGE_KERNEL, std::as_bytes (std::span{other.kernel}));
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_KERNEL) << "each is signed, but not both together";
}

TEST_F (FirmwareBoot, refuses_a_tree_that_lies_on_the_file) {
    const Ipa last{(BootMachine::file_start + end_at + 8).value () & ~7ULL};
    for (const Ipa place : {BootMachine::file_start + RAVELIN_IMAGE_TREE, BootMachine::file_start, last,
                            BootMachine::file_start + RAVELIN_IMAGE_FIRMWARE}) {
        machine.parameters.device_tree = place.value ();
        EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_OVERLAP) << place.value ();
    }
    // It begins before the file and ends in it.
    machine.parameters.device_tree = BootMachine::file_start.value () - 64;
    const auto tree                = BootMachine::host_tree ();
    machine.ram.put (Ipa{machine.parameters.device_tree}, tree.bytes ().first (64));
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_OVERLAP);
}

TEST_F (FirmwareBoot, refuses_a_tree_of_another_machine) {
    auto tree = BootMachine::host_tree ();
    tree.remove_node ("/cpus");
    machine.put_tree (tree);
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_TREE);
}

TEST_F (FirmwareBoot, refuses_a_tree_elsewhere_than_in_ram) {
    const auto end = (BootMachine::ram_start + BootMachine::ram_size).value ();
    for (const std::uint64_t place : {std::uint64_t{0}, BootMachine::ram_start.value () - 8, end, end - 8,
                                      ~std::uint64_t{7}, BootMachine::tree_start.value () + 4}) {
        machine.parameters.device_tree = place;
        EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_TREE) << place;
    }
    machine.parameters.device_tree = end - 64;
    machine.ram.put (Ipa{end - 64}, BootMachine::host_tree ().bytes ().first (64));
    EXPECT_EQ (machine.refusal (), RAVELIN_REFUSED_TREE) << "its end isn't";
}

}  // namespace ravelin::firmware
