// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/arm64/el2_tables.hpp"
#include "hyp/arm64/layout.h"
#include "hyp/arm64/panic.hpp"
#include "hyp/hal/concept.hpp"

#include <array>
#include <cstddef>
#include <utility>

extern "C" {
// start.S looks an arriving CPU up here. No affinity has all bits set.
extern std::array<std::uint64_t, ravelin::max_cpus> ravelin_affinities;

void ravelin_secondary_entry ();                           // start.S
void ravelin_save_fp (ravelin::hal::FpState *to);          // fp.S
void ravelin_load_fp (const ravelin::hal::FpState *from);  // fp.S
}

namespace ravelin::hal {

/// The CPU that executes this code: each function is the instruction it is named after. EL2 maps memory and
/// devices at their physical addresses, so that a Pa is a pointer.
class Cpu {
  public:
    explicit constexpr Cpu (CpuIndex index) : index_{index} {}
    Cpu (const Cpu &)                     = delete;
    auto operator= (const Cpu &) -> Cpu & = delete;

    [[nodiscard]] auto index () const -> CpuIndex { return index_; }

    /// What the vectors load SP with: below RAVELIN_STACK_TOP bytes.
    void set_stack (std::uint64_t stack) {
        static_assert (offsetof (Cpu, stack_) == RAVELIN_CPU_STACK);
        stack_ = stack;
    }

    template <SystemRegister R>
    [[nodiscard]] auto read () -> std::uint64_t {
        std::uint64_t value = 0;
        asm volatile ("mrs %0, S%c1_%c2_C%c3_C%c4_%c5"
                      : "=r"(value)
                      : "i"(R.op0), "i"(R.op1), "i"(R.crn), "i"(R.crm), "i"(R.op2));
        return value;
    }

    template <SystemRegister R>
    void write (std::uint64_t value) {
        asm volatile ("msr S%c1_%c2_C%c3_C%c4_%c5, %0"
                      :
                      : "r"(value), "i"(R.op0), "i"(R.op1), "i"(R.crn), "i"(R.crm), "i"(R.op2));
    }

    void isb () { asm volatile ("isb" ::: "memory"); }

    template <Dsb Kind>
    void dsb () {
        asm volatile ("dsb #%c0" ::"i"(Kind) : "memory");
    }

    void tlbi_alle1 () { asm volatile ("tlbi alle1" ::: "memory"); }
    void tlbi_ipas2e1is (Ipa ipa) { asm volatile ("tlbi ipas2e1is, %0" ::"r"(ipa.value () / page_size) : "memory"); }
    void tlbi_vmalle1is () { asm volatile ("tlbi vmalle1is" ::: "memory"); }
    void tlbi_vmalls12e1is () { asm volatile ("tlbi vmalls12e1is" ::: "memory"); }
    void tlbi_vmalle1 () { asm volatile ("tlbi vmalle1" ::: "memory"); }
    void ic_iallu () { asm volatile ("ic iallu" ::: "memory"); }
    void ic_ialluis () { asm volatile ("ic ialluis" ::: "memory"); }
    void at_s1e1r (Va va) { asm volatile ("at s1e1r, %0" ::"r"(va.value ()) : "memory"); }

    [[nodiscard]] auto id_register (unsigned crm, unsigned op2) -> std::uint64_t {
        std::uint64_t value = 0;
        const auto try_one  = [&]<unsigned Each> () {
            if (crm * 8 + op2 == Each) { value = read<SystemRegister{3, 0, 0, Each / 8, Each % 8}> (); }
        };
        [&]<unsigned... Each> (std::integer_sequence<unsigned, Each...>) {
            (try_one.template operator()<8 + Each> (), ...);  // from CRm 1 on
        }(std::make_integer_sequence<unsigned, 56>{});
        return value;
    }

    void save_fp (FpState &state) { ravelin_save_fp (&state); }
    void load_fp (const FpState &state) { ravelin_load_fp (&state); }

    void clean_and_invalidate (PaRange range) {
        for (Pa line = range.start.align_down (cache_line); line < range.end (); line = line + cache_line) {
            asm volatile ("dc civac, %0" ::"r"(line.value ()) : "memory");
        }
    }

    [[nodiscard]] auto reach (PaRange range, Reach kind) -> Result<void> {
        return arm64::map_for_el2 (*this, range, kind);
    }

    template <class T>
    [[nodiscard]] auto load (Pa pa) -> T {
        return __atomic_load_n (reinterpret_cast<const T *> (pa.value ()), __ATOMIC_RELAXED);
    }

    template <class T>
    void store (Pa pa, T value) {
        __atomic_store_n (reinterpret_cast<T *> (pa.value ()), value, __ATOMIC_RELAXED);
    }

    [[nodiscard]] auto bytes (PaRange range) -> std::span<std::byte> {
        return {reinterpret_cast<std::byte *> (range.start.value ()), range.size};
    }

    template <class T>
    [[nodiscard]] auto object (Pa pa) -> T & {
        return *reinterpret_cast<T *> (pa.value ());
    }

    // The access is spelt out so that the compiler can't choose a form that leaves the syndrome without its
    // register (writeback, pairs), should a hypervisor below emulate the device.
    [[nodiscard]] auto mmio_read (Pa pa) -> std::uint32_t {
        std::uint32_t value = 0;
        asm volatile ("ldr %w0, [%1]" : "=r"(value) : "r"(pa.value ()) : "memory");
        return value;
    }

    void mmio_write (Pa pa, std::uint32_t value) {
        asm volatile ("str %w0, [%1]" ::"r"(value), "r"(pa.value ()) : "memory");
    }

    [[nodiscard]] auto smc (SmcRegisters registers) -> SmcRegisters {
        register std::uint64_t x0 asm ("x0") = registers[0];
        register std::uint64_t x1 asm ("x1") = registers[1];
        register std::uint64_t x2 asm ("x2") = registers[2];
        register std::uint64_t x3 asm ("x3") = registers[3];
        // SMCCC 1.0 firmware may change X4-X17.  [ARM DEN 0028, 2.6]
        asm volatile ("smc #0"
                      : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
                      :
                      : "memory", "cc", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
                        "x16", "x17");
        return {x0, x1, x2, x3};
    }

    void wait_for_interrupt () { asm volatile ("dsb sy\n\twfi" ::: "memory"); }
    void send_event () { asm volatile ("dsb sy\n\tsev" ::: "memory"); }

    void lock_acquired (unsigned /*rank*/) {}
    void lock_released (unsigned /*rank*/) {}
    [[noreturn]] void panic (std::string_view why) { arm64::panic (why); }

    void relax () { asm volatile ("yield" ::: "memory"); }

    [[nodiscard]] auto secondary_entry () const -> Pa {
        return Pa{reinterpret_cast<std::uint64_t> (&ravelin_secondary_entry)};
    }

    void announce (CpuIndex index, Affinity affinity) { ravelin_affinities[index.value ()] = affinity.value (); }

  private:
    // Data cache line of the Cortex-A72.  [DDI 0488, 6.4]
    static constexpr std::uint64_t cache_line = 64;

    CpuIndex index_;
    std::uint64_t stack_{};
};

}  // namespace ravelin::hal
