// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/hal/hal.hpp"
#include "sim/machine/random.hpp"

namespace ravelin::hal
{

Cpu::Cpu (CpuIndex number, const Wiring &wiring, std::uint64_t seed)
    : number_{number}, index_{number}, wiring_{wiring}
{
    constexpr std::uint64_t multiprocessor = 1U << 31;     // MPIDR_EL1: RES1
    constexpr std::uint64_t cortex_a72     = 0x410f'd083;  // MIDR_EL1: r0p3, as in the BCM2711
    constexpr std::uint64_t a72_memory     = 0x1124;       // ID_AA64MMFR0_EL1: 44-bit PA, 16-bit ASID

    sim::Random random{seed};
    for (auto &value : registers_)
    {
        value = random.next ();
    }
    write<sysreg::cntvoff_el2> (random.next ());
    write<sysreg::cnthp_ctl_el2> (random.next ());

    registers_[index_of (sysreg::midr_el1)]         = cortex_a72;
    registers_[index_of (sysreg::mpidr_el1)]        = multiprocessor | number.value ();
    registers_[index_of (sysreg::id_aa64mmfr0_el1)] = a72_memory;
    registers_[index_of (sysreg::cntfrq_el0)]       = wiring.clock.frequency ();
}

}  // namespace ravelin::hal
