// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/scope.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace ravelin::sim::explore {
namespace {

/// What a file with @p text is read as.
[[nodiscard]] auto read_text (const std::string &text) -> std::expected<Scope, std::string> {
    const std::string file = testing::TempDir () + "scope-" + std::to_string (getpid ());
    std::ofstream{file} << text;
    auto scope = read_scope (file);
    std::filesystem::remove (file);
    return scope;
}

[[nodiscard]] auto problem (const std::string &text) -> std::string {
    const auto scope = read_text (text);
    return scope ? "" : scope.error ();
}

TEST (Scope, has_names) {
    EXPECT_EQ (read_scope ("small"),
               (Scope{.protected_vms = 2, .plain_vms = 1, .pages = 3, .ipas = 1, .cpus = 2, .vcpus = 1}));
    EXPECT_EQ (read_scope ("pair"), (Scope{.protected_vms = 1, .plain_vms = 1, .pages = 2}));
    EXPECT_EQ (read_scope ("psci"), (Scope{.protected_vms = 1, .plain_vms = 0, .pages = 1, .vcpus = 3}));
    EXPECT_EQ (read_scope ("large"),
               (Scope{.protected_vms = 2, .plain_vms = 1, .pages = 5, .ipas = 2, .cpus = 2, .vcpus = 1}));
    EXPECT_EQ (read_scope ("vgic-many"), (Scope{.protected_vms = 0, .pages = 1, .cpus = 1, .spis = 5}));
    EXPECT_EQ (read_scope ("timer"), (Scope{.protected_vms = 0, .pages = 1, .timers = 1}));
    EXPECT_NE (read_scope ("medium").error ().find ("cannot read medium"), std::string::npos);
}

TEST (Scope, is_read_from_a_file) {
    EXPECT_EQ (read_text ("# a comment\n\nprotected_vms 0\npages 4\n"), (Scope{.protected_vms = 0, .pages = 4}));
    EXPECT_EQ (read_text (""), Scope{});
}

TEST (Scope, says_what_is_wrong_with_a_file) {
    EXPECT_NE (problem ("size 3\n").find ("there is no 'size'"), std::string::npos);
    EXPECT_NE (problem ("pages 9\n").find ("pages must be 1 to 8"), std::string::npos);
    EXPECT_NE (problem ("pages two\n").find ("pages must be 1 to 8, not 'two'"), std::string::npos);
    EXPECT_NE (problem ("pages 2x\n").find ("not '2x'"), std::string::npos);
    EXPECT_NE (problem ("pages 2 junk\n").find ("pages has one value, not 'junk' too"), std::string::npos);
    EXPECT_EQ (problem ("pages 2 # junk\n"), "");
    EXPECT_NE (problem ("pages\n").find ("pages must be 1 to 8"), std::string::npos);
    EXPECT_NE (problem ("cpus -1\n").find ("cpus must be 1 to 4"), std::string::npos);
    EXPECT_NE (problem ("protected_vms 0\nplain_vms 0\n").find ("there must be 1 to 4 VMs"), std::string::npos);
    EXPECT_NE (problem ("spis 1\n").find ("interrupts are those of one plain VM"), std::string::npos);
    EXPECT_NE (problem ("protected_vms 4\n").find ("there must be 1 to 4 VMs"), std::string::npos);
}

TEST (Scope, has_interrupts_by_their_numbers) {
    EXPECT_FALSE (Scope{}.has_interrupts ());
    EXPECT_TRUE ((Scope{.timers = 1}.has_interrupts ()));
    EXPECT_EQ (intids_of ({.sgis = 2, .spis = 2, .timers = 1}), (std::vector<std::uint8_t>{0, 1, 27, 32, 33}));
    EXPECT_EQ (intids_of ({.timers = 2}), (std::vector<std::uint8_t>{27, 30}));
}

TEST (Scope, is_written_as_words_and_as_code) {
    EXPECT_EQ (to_text (*read_scope ("vgic-sgi")),
               "protected_vms 0, plain_vms 1, pages 1, ipas 1, cpus 2, vcpus 2, sgis 1, spis 0, timers 0, states 0, "
               "priorities 0, groups 0, modes 0");
    EXPECT_EQ (to_text (Scope{}), "protected_vms 2, plain_vms 1, pages 3, ipas 1, cpus 2, vcpus 1");
    EXPECT_EQ (to_code (Scope{}), "{.protected_vms = 2, .plain_vms = 1, .pages = 3, .ipas = 1, .cpus = 2, .vcpus = 1}");
}

}  // namespace
}  // namespace ravelin::sim::explore
