// SPDX-License-Identifier: BSD-2-Clause
#include "call.hpp"
#include "guest.hpp"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"

#include <array>

using namespace guest;
using el1::CallResult;

// What a guest can call, and that everything else isn't there, by both ways of calling.

namespace {
// Results in W0 are judged as such.
[[nodiscard]] auto low (std::uint64_t value) -> std::int64_t {
    return static_cast<std::int32_t> (value);
}

template <el1::Conduit Way>
void known_calls (const Start &start) {
    check ("SMCCC is 1.1", low (el1::call<Way> (SMCCC_VERSION)[0]) == SMCCC_VERSION_1_1);
    check ("PSCI is 1.1", low (el1::call<Way> (PSCI_VERSION)[0]) == PSCI_VERSION_1_1);
    check ("PSCI has FEATURES, and says which calls there are",
           low (el1::call<Way> (PSCI_FEATURES, PSCI_VERSION)[0]) == PSCI_SUCCESS &&
               low (el1::call<Way> (PSCI_FEATURES, SMCCC_VERSION)[0]) == PSCI_SUCCESS &&
               low (el1::call<Way> (PSCI_FEATURES, 0x8400'00ff)[0]) == PSCI_NOT_SUPPORTED);
    const CallResult uid = el1::call<Way> (RAVELIN_GUEST_CALL_UID);
    check ("the UID is pKVM's",
           uid == CallResult{RAVELIN_GUEST_UID_0, RAVELIN_GUEST_UID_1, RAVELIN_GUEST_UID_2, RAVELIN_GUEST_UID_3});
    constexpr std::uint64_t of_protected = 0x9d;  // functions 0, 2, 3, 4, 7
    constexpr std::uint64_t of_plain     = 0x01;
    const CallResult features            = el1::call<Way> (RAVELIN_GUEST_FEATURES, 5, 6, 7);
    check ("FEATURES says what there is", features == CallResult{start.is_plain ? of_plain : of_protected, 0, 0, 0});
}

template <el1::Conduit Way>
void unknown_calls () {
    constexpr std::array<std::uint64_t, 14> functions{
        0xc600'0000,  // the host's calls
        0xc600'0001, 0xc600'0010, 0xc600'0013, 0xc600'0018, 0xc600'001c, 0x8600'ff03,
        0x8400'ffff,  // PSCI's range
        0x8000'7fff,  // the Arm Architecture service's
        0x8000'8000,  // WORKAROUND_1, which isn't done
        0xc200'0000,  // a silicon partner's
        0x0000'0000, 0x7fff'ffff, 0xffff'ffff,
    };
    bool good = true;
    for (const std::uint64_t function : functions) {
        const CallResult result = el1::call<Way> (function, 0x11, 0x22, 0x33);
        good &= low (result[0]) == SMCCC_NOT_SUPPORTED && result[1] == 0x11 && result[2] == 0x22 && result[3] == 0x33;
    }
    check ("unknown calls aren't supported, and change nothing else", good);
}

template <el1::Conduit Way>
[[nodiscard]] auto with_other_immediate () -> std::int64_t {
    register std::uint64_t x0 asm ("x0") = SMCCC_VERSION;
    if constexpr (Way == el1::Conduit::hvc) {
        asm volatile ("hvc #1" : "+r"(x0)::"memory");
    } else {
        asm volatile ("smc #1" : "+r"(x0)::"memory");
    }
    return low (x0);
}

template <el1::Conduit Way>
void by (std::string_view way, const Start &start) {
    print (way);
    print ("\n");
    known_calls<Way> (start);
    unknown_calls<Way> ();
    check ("another immediate isn't supported", with_other_immediate<Way> () == SMCCC_NOT_SUPPORTED);
}
}  // namespace

void guest::run (const Start &start) {
    by<el1::Conduit::hvc> ("by HVC", start);
    by<el1::Conduit::smc> ("by SMC", start);
}
