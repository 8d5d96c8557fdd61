// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/unicorn_error.hpp"

#include <string>

namespace ravelin::sim {

auto unicorn_name () -> std::string {
    unsigned major = 0;
    unsigned minor = 0;
    uc_version (&major, &minor);
    return "Unicorn " + std::to_string (major) + "." + std::to_string (minor);
}

void check (uc_err result, std::string_view what) {
    if (result != UC_ERR_OK) {
        throw UnicornError{unicorn_name () + ": " + std::string{what} + ": " + uc_strerror (result)};
    }
}

}  // namespace ravelin::sim
