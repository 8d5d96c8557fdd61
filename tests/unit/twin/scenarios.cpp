// SPDX-License-Identifier: BSD-2-Clause

// With RAVELIN_TWIN in the environment all machines of all tests have the A64 image beside the library: a test is then
// a scenario, which fails where they diverge.

#include "sim/twin/twin.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <optional>

namespace ravelin::test {

namespace {
class Scenarios : public testing::Environment {
  public:
    void SetUp () override {
        if (std::getenv ("RAVELIN_TWIN") != nullptr) { twins_.emplace (image_.emplace (RAVELIN_ELF)); }
    }

    void TearDown () override {
        if (twins_) {
            std::cout << "twin: " << twins_->count () << '\n';
            EXPECT_GT (twins_->count ().traps, 0U) << "no test has had an image beside it";
        }
        twins_.reset ();
    }

  private:
    std::optional<sim::A64Image> image_;
    std::optional<sim::Twins> twins_;
};

[[maybe_unused]] auto *const scenarios = testing::AddGlobalTestEnvironment (new Scenarios);
}  // namespace

}  // namespace ravelin::test
