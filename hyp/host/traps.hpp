// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"

#include <cstdint>

namespace ravelin {

/// HCR_EL2: what stage 2 does, and what of EL1 and EL0 comes to EL2.  [ARM DDI 0487, D17.2.48]
namespace hcr {
inline constexpr Bits64 vm{0, 0};       // stage 2 is on
inline constexpr Bits64 swio{1, 1};     // set/way invalidates clean too
inline constexpr Bits64 fmo{3, 3};      // FIQs go to EL2
inline constexpr Bits64 imo{4, 4};      // IRQs go to EL2
inline constexpr Bits64 amo{5, 5};      // SErrors go to EL2
inline constexpr Bits64 vse{8, 8};      // a virtual SError is pending
inline constexpr Bits64 fb{9, 9};       // TLB and cache maintenance is broadcast
inline constexpr Bits64 bsu{11, 10};    // barriers reach at least: 1 is inner shareable
inline constexpr Bits64 twi{13, 13};    // WFI traps
inline constexpr Bits64 tid3{18, 18};   // reads of ID registers trap
inline constexpr Bits64 tsc{19, 19};    // SMC traps
inline constexpr Bits64 tidcp{20, 20};  // implementation defined registers trap
inline constexpr Bits64 tacr{21, 21};   // auxiliary control traps
inline constexpr Bits64 rw{31, 31};     // EL1 is AArch64

/// While the host runs: EL2 is out of its way. Implementation defined registers trap, for by those of a Cortex-A72 EL1
/// reads what is in its caches, whoever it belongs to (RAMINDEX).  [DDI 0488, 4.3.65; promise 1]
inline constexpr std::uint64_t host = vm.mask () | swio.mask () | tsc.mask () | tidcp.mask () | rw.mask ();

/// While a guest runs: every interrupt is the host's, and nothing of the machine shows.
inline constexpr std::uint64_t guest = host | fmo.mask () | imo.mask () | amo.mask () | fb.mask () | bsu.put (1) |
                                       twi.mask () | tid3.mask () | tacr.mask ();
}  // namespace hcr

/// CPTR_EL2.  [D17.2.30]
namespace cptr {
inline constexpr Bits64 res1{13, 12};
inline constexpr Bits64 res1_low{9, 0};
inline constexpr Bits64 tfp{10, 10};  // FP and SIMD trap
inline constexpr Bits64 tta{20, 20};  // trace registers trap

inline constexpr std::uint64_t host          = res1.mask () | res1_low.mask ();
inline constexpr std::uint64_t guest_with_fp = host | tta.mask ();
inline constexpr std::uint64_t guest         = guest_with_fp | tfp.mask ();
}  // namespace cptr

/// MDCR_EL2.  [D17.2.93]
namespace mdcr {
inline constexpr Bits64 hpmn{4, 0};     // event counters that EL1 has
inline constexpr Bits64 tpmcr{5, 5};    // PMCR_EL0 traps
inline constexpr Bits64 tpm{6, 6};      // performance monitors trap
inline constexpr Bits64 tda{9, 9};      // debug registers trap
inline constexpr Bits64 tdosa{10, 10};  // OS lock registers trap
inline constexpr Bits64 tdra{11, 11};   // debug ROM registers trap

/// Beside HPMN, while the host runs and while a guest does.
inline constexpr std::uint64_t host  = tdosa.mask ();
inline constexpr std::uint64_t guest = host | tpmcr.mask () | tpm.mask () | tda.mask () | tdra.mask ();
}  // namespace mdcr

/// CNTHCTL_EL2.  [D17.11.10]
namespace cnthctl {
inline constexpr Bits64 counter{0, 0};  // EL1PCTEN: EL1 has the physical counter
inline constexpr Bits64 timer{1, 1};    // EL1PCEN: EL1 has the physical timer

inline constexpr std::uint64_t host  = counter.mask () | timer.mask ();
inline constexpr std::uint64_t guest = counter.mask ();
}  // namespace cnthctl

/// CNTx_CTL_EL0 and CNTHP_CTL_EL2.  [D17.11]
namespace timer_control {
inline constexpr Bits64 enable{0, 0};
inline constexpr Bits64 masked{1, 1};  // IMASK
inline constexpr Bits64 status{2, 2};  // ISTATUS: the condition is met
}  // namespace timer_control

}  // namespace ravelin
