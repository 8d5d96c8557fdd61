// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/tlb_batch.hpp"

#include "hyp/mem/vmid_scope.hpp"

namespace ravelin {

void TlbBatch::invalidate_each_now (hal::Cpu &cpu, std::span<const Ipa> ipas) {
    // Order as a Cortex-A72 wants it: what was written is seen by walks; stage 2 entries go; then those of
    // stage 1, which were made from them.
    cpu.dsb<hal::Dsb::ishst> ();
    const VmidScope scope{cpu, vttbr_};
    for (const Ipa ipa : ipas) {
        cpu.tlbi_ipas2e1is (ipa);
    }
    cpu.dsb<hal::Dsb::ish> ();
    cpu.tlbi_vmalle1is ();
    cpu.dsb<hal::Dsb::ish> ();
    cpu.isb ();
}

void TlbBatch::invalidate_all_now (hal::Cpu &cpu) {
    cpu.dsb<hal::Dsb::ishst> ();
    const VmidScope scope{cpu, vttbr_};
    cpu.tlbi_vmalls12e1is ();
    cpu.dsb<hal::Dsb::ish> ();
    cpu.isb ();
}

void TlbBatch::retire (hal::Cpu &cpu, Pa table) {
    if (!retired_.push (table)) {
        complete (cpu);
        static_cast<void> (retired_.push (table));
        all_ = true;
    }
}

void TlbBatch::complete (hal::Cpu &cpu) {
    if (all_) {
        invalidate_all_now (cpu);
    } else if (!ipas_.empty ()) {
        invalidate_each_now (cpu, ipas_);
    }
    for (const Pa table : retired_) {
        pool_.give (cpu, table);
    }
    ipas_.clear ();
    retired_.clear ();
    all_ = false;
}

}  // namespace ravelin
