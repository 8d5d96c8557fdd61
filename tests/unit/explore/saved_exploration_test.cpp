// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/saved_exploration.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace ravelin::sim::explore {
namespace {

constexpr std::uint64_t program = 42;

class Saved : public testing::Test {
  public:
    Saved () : directory_{testing::TempDir () + "explore-" + std::to_string (getpid ())} {
        std::filesystem::create_directory (directory_);
    }
    ~Saved () override { std::filesystem::remove_all (directory_); }
    Saved (const Saved &)                     = delete;
    auto operator= (const Saved &) -> Saved & = delete;

  protected:
    [[nodiscard]] auto file () const -> std::string { return directory_ + "/state"; }

    [[nodiscard]] static auto one () -> SavedExploration {
        return {.scope       = {.pages = 2},
                .nodes       = {{}, {0, {.action = Action::vm_find}}, {1, {.action = Action::interrupt}}},
                .keys        = {{1, 2}, {3, 4}},
                .first       = 2,
                .depth       = 2,
                .transitions = 99,
                .seconds     = 1.5};
    }

    [[nodiscard]] auto problem (const Scope &scope, std::uint64_t of = program) const -> std::string {
        const auto saved = read (file (), scope, of);
        return saved ? "" : saved.error ();
    }

  private:
    std::string directory_;
};

TEST_F (Saved, is_what_was_written) {
    ASSERT_EQ (write (one (), file (), program), "");
    const auto saved = read (file (), one ().scope, program);
    ASSERT_TRUE (saved.has_value ());
    ASSERT_EQ (saved->nodes.size (), 3U);
    EXPECT_EQ (saved->nodes[2].parent, 1U);
    EXPECT_EQ (saved->nodes[2].step, one ().nodes[2].step);
    EXPECT_EQ (saved->keys, one ().keys);
    EXPECT_EQ (saved->first, 2U);
    EXPECT_EQ (saved->depth, 2U);
    EXPECT_EQ (saved->transitions, 99U);
    EXPECT_EQ (saved->seconds, 1.5);
    EXPECT_FALSE (std::filesystem::exists (file () + ".part"));
}

TEST_F (Saved, is_not_taken_for_that_of_another_program_or_scope) {
    ASSERT_EQ (write (one (), file (), program), "");
    EXPECT_NE (problem (one ().scope, program + 1).find ("another program"), std::string::npos);
    EXPECT_NE (problem ({.pages = 3}).find ("another scope"), std::string::npos);
}

TEST_F (Saved, is_refused_if_it_is_damaged) {
    EXPECT_NE (problem (one ().scope).find ("cannot read"), std::string::npos);
    std::ofstream{file ()} << std::string (300, 'x');
    EXPECT_NE (problem (one ().scope).find ("no saved exploration"), std::string::npos);
    ASSERT_EQ (write (one (), file (), program), "");
    std::filesystem::resize_file (file (), std::filesystem::file_size (file ()) - 1);
    EXPECT_NE (problem (one ().scope).find ("lost a part"), std::string::npos);
    auto circle            = one ();
    circle.nodes[1].parent = 2;
    ASSERT_EQ (write (circle, file (), program), "");
    EXPECT_NE (problem (one ().scope).find ("damaged"), std::string::npos);
}

TEST_F (Saved, says_where_it_cannot_be_written) {
    EXPECT_EQ (write (one (), "/nowhere/state", program), "cannot write /nowhere/state");
}

}  // namespace
}  // namespace ravelin::sim::explore
