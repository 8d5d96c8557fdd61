// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <stdexcept>

namespace ravelin::sim {

/// The A64 image and the library have done different things in the same situation: a finding.
class Divergence : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace ravelin::sim
