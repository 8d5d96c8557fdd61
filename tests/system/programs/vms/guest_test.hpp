// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "host/vcpu.hpp"
#include "report.hpp"

#include <array>
#include <string_view>

namespace vms {

/// Both kinds of VM.
inline constexpr std::array both_kinds{false, true};

[[nodiscard]] constexpr auto kind_name (bool is_plain) -> std::string_view {
    return is_plain ? "plain VM" : "protected VM";
}

/// Prints what @p vcpu has come to, and expects that its guest has finished and none of its checks failed.
inline void expect_finished (el1::Test &test, Vcpu &vcpu) {
    test.expect ("the guest finished with nothing failed", vcpu.run ());
    test.status ("the last VCPU_RUN", vcpu.status (), 0);
    test.equal ("checks that failed", vcpu.failures (), 0);
}

}  // namespace vms
