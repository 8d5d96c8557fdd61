// SPDX-License-Identifier: BSD-2-Clause
// The target RAVELIN_FUZZ_TARGET: all that differs between the programs for one and for another.
#include "fuzz/chosen.hpp"

// The preprocessor has the target's name, once as such and once as a text.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define RAVELIN_TEXT_OF(name) #name
#define RAVELIN_TEXT(name)    RAVELIN_TEXT_OF (name)
// NOLINTEND(cppcoreguidelines-macro-usage)

namespace ravelin::fuzz {

auto chosen_name () -> const char * {
    return RAVELIN_TEXT (RAVELIN_FUZZ_TARGET);
}

auto chosen (TrapLog *log) -> std::unique_ptr<Target> {
    return RAVELIN_FUZZ_TARGET (log);
}

}  // namespace ravelin::fuzz
