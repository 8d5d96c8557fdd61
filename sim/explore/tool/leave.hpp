// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace ravelin::sim::explore {

/// Leaves @p text in a file of @p directory; if that is empty, nothing. Throws std::runtime_error if it can't.
inline void leave (const std::string &directory, const std::string &name, const std::string &text) {
    if (directory.empty ()) { return; }
    std::ofstream file{directory + "/" + name};
    file << text;
    file.close ();
    if (!file) { throw std::runtime_error{"cannot write " + directory + "/" + name}; }
}

/// Sees to it that no such file is there, of an earlier run.
inline void leave_none (const std::string &directory, const std::string &name) {
    if (!directory.empty ()) { std::filesystem::remove (directory + "/" + name); }
}

}  // namespace ravelin::sim::explore
