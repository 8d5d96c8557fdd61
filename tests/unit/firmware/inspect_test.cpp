// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/firmware/boot_machine.hpp"
#include "tools/sign/inspect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace ravelin::sign {

namespace {
using firmware::test::BootMachine;
using testing::HasSubstr;

class SignInspect : public testing::Test {
  protected:
    [[nodiscard]] auto judge (const std::optional<Key> &key = test::key_of (7)) -> bool {
        std::ostringstream out;
        const bool good = inspect (machine.file, key, out);
        said            = out.str ();
        return good;
    }

    BootMachine machine;
    std::string said;
};
}  // namespace

TEST_F (SignInspect, says_what_a_file_holds) {
    EXPECT_TRUE (judge ());
    EXPECT_THAT (said, HasSubstr ("command line console=ttyAMA0 root=/dev/vda\n"));
    EXPECT_THAT (said, HasSubstr ("generation   0\n"));
    EXPECT_THAT (said, HasSubstr ("kernel       12288 bytes at 0x200000, SHA-256 "));
    EXPECT_THAT (said, HasSubstr ("initramfs    5000 bytes at 0x203000, SHA-256 "));
    EXPECT_THAT (said, HasSubstr ("signature    good\n"));
}

TEST_F (SignInspect, judges_no_signature_without_a_key) {
    EXPECT_TRUE (judge (std::nullopt));
    EXPECT_THAT (said, HasSubstr ("signature    not judged: give its key with --key\n"));
}

TEST_F (SignInspect, tells_another_key_from_a_bad_signature) {
    EXPECT_FALSE (judge (test::key_of (8)));
    EXPECT_THAT (said, HasSubstr ("signature    by ANOTHER key\n"));
    machine.file[4095] ^= std::byte{1};
    EXPECT_FALSE (judge ());
    EXPECT_THAT (said, HasSubstr ("signature    NOT this manifest's\n"));
}

TEST_F (SignInspect, finds_what_was_changed) {
    machine.file[RAVELIN_IMAGE_KERNEL + 5] ^= std::byte{1};
    EXPECT_FALSE (judge ());
    EXPECT_THAT (said, HasSubstr ("NOT what was signed"));
}

TEST_F (SignInspect, finds_that_the_end_is_missing) {
    machine.file.resize (machine.file.size () - 1);
    EXPECT_FALSE (judge ());
    EXPECT_THAT (said, HasSubstr ("end          NOT where it should be: the file is truncated\n"));
    machine.file.resize (RAVELIN_IMAGE_KERNEL + 10);
    EXPECT_FALSE (judge ());
}

TEST_F (SignInspect, knows_its_own_files) {
    machine.file[64] ^= std::byte{1};
    EXPECT_FALSE (judge ());
    EXPECT_THAT (said, HasSubstr ("NONE: this is no file that tools/sign-image made"));
    machine.file.resize (100);
    EXPECT_FALSE (judge ());
}

}  // namespace ravelin::sign
