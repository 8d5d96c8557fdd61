// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace ravelin::sim {

/// The code under test did what real hardware would not have forgiven: a finding, whatever else happens.
/// It is thrown through the hypervisor's frames, as a real machine would not come back to them either.
class Violation : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

/// @p value as 0x and hexadecimal digits.
[[nodiscard]] auto hex (std::uint64_t value) -> std::string;

/// @p address as 0x and hexadecimal digits.
template <class Kind>
[[nodiscard]] auto hex (Address<Kind> address) -> std::string {
    return hex (address.value ());
}

}  // namespace ravelin::sim
