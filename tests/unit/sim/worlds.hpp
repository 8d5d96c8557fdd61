// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "hyp/mem/host_stage2.hpp"
#include "sim/machine/el1_holder.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/trap_observer.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace ravelin::sim {

/// All that a world switch changes, but FP.
struct World {
    std::array<std::uint64_t, el1_registers.size ()> el1{};
    Registers general{};
    std::uint64_t elr{};
    std::uint64_t spsr{0x3c5};
    std::uint64_t vttbr{};
    std::uint64_t hcr{};
    std::uint64_t cptr{0x33ff};
    std::uint64_t mdcr{6};
    std::uint64_t vmpidr{1U << 31};

    static constexpr std::size_t sctlr_index = 0;
    static constexpr std::uint64_t guest_hcr =
        1UL << 31 | 1UL << 19 | 1UL << 18 | 1UL << 13 | 7UL << 3 | 1UL;  // RW TSC TID3 TWI AMO IMO FMO VM

    World () { el1[sctlr_index] = 0x30d0'0800; }

    /// A guest that is about to begin at @p pc.
    [[nodiscard]] static auto guest (std::uint64_t vttbr, std::uint64_t pc) -> World {
        World world;
        world.vttbr = vttbr;
        world.hcr   = guest_hcr;
        world.elr   = pc;
        return world;
    }

    void save (hal::Cpu &cpu, const Registers &registers) {
        using namespace hal::sysreg;
        each ([&]<std::size_t I> () { el1[I] = cpu.read<el1_registers[I]> (); });
        general = registers;
        elr     = cpu.read<elr_el2> ();
        spsr    = cpu.read<spsr_el2> ();
        vttbr   = cpu.read<vttbr_el2> ();
        hcr     = cpu.read<hcr_el2> ();
        cptr    = cpu.read<cptr_el2> ();
        mdcr    = cpu.read<mdcr_el2> ();
        vmpidr  = cpu.read<vmpidr_el2> ();
    }

    void load (hal::Cpu &cpu, Registers &registers) const {
        using namespace hal::sysreg;
        each ([&]<std::size_t I> () { cpu.write<el1_registers[I]> (el1[I]); });
        registers = general;
        cpu.write<elr_el2> (elr);
        cpu.write<spsr_el2> (spsr);
        cpu.write<vttbr_el2> (vttbr);
        cpu.write<vtcr_el2> (HostStage2::vtcr ());
        cpu.write<hcr_el2> (hcr);
        cpu.write<cptr_el2> (cptr);
        cpu.write<mdcr_el2> (mdcr);
        cpu.write<vmpidr_el2> (vmpidr);
    }

  private:
    template <class Function>
    static void each (Function &&function) {
        [&]<std::size_t... I> (std::index_sequence<I...>) {
            (function.template operator()<I> (), ...);
        }(std::make_index_sequence<el1_registers.size ()>{});
    }
};

/// Stands in for a hypervisor with guests: takes each trap after Ravelin, which knows only a host, has seen
/// it, and decides anew. HVC with X0 = enter runs the guest X1; what traps there comes back to the host, its
/// syndrome in X0, unless a test has a handler that returns true: then the guest goes on.
class Worlds : public TrapObserver {
  public:
    static constexpr std::uint64_t enter = 0xc600'ff00;
    static constexpr std::uint64_t irq   = 0xffff;  // for X0: it was an interrupt

    std::vector<World> guests;
    std::function<bool (hal::Cpu &, World &)> handler = [] (hal::Cpu &, World &) {
        return false;
    };

    /// Of the last trap of a guest.
    std::uint64_t syndrome{};
    std::uint64_t address{};
    std::uint64_t fault_address{};
    std::uint64_t ipa_page{};

    void entered (Processor &cpu, const Registers &registers) override {
        using namespace hal::sysreg;
        begin (cpu, registers, cpu.hal ().read<esr_el2> ());
        if (current_ != nullptr) {
            syndrome      = cpu.hal ().read<esr_el2> ();
            address       = cpu.hal ().read<elr_el2> ();
            fault_address = cpu.hal ().read<far_el2> ();
            ipa_page      = cpu.hal ().read<hpfar_el2> () >> 4 << 12;
        }
    }
    void interrupted (Processor &cpu, const Registers &registers) override { begin (cpu, registers, irq); }

    void leaving (Processor &cpu, const Registers &registers) override {
        auto &out = const_cast<Registers &> (registers);  // NOLINT: this double is more than an observer
        if (current_ != nullptr) {
            *current_ = saved_;
            if (handler (cpu.hal (), *current_)) {
                current_->load (cpu.hal (), out);
                return;
            }
            current_           = nullptr;
            host_.general.x[0] = cause_;
            host_.load (cpu.hal (), out);
        } else if (saved_.general.x[0] == enter) {
            host_    = saved_;
            current_ = &guests[saved_.general.x[1]];
            current_->load (cpu.hal (), out);
        }
    }

  private:
    void begin (Processor &cpu, const Registers &registers, std::uint64_t cause) {
        saved_.save (cpu.hal (), registers);
        cause_ = cause;
    }

    World saved_;
    World host_;
    World *current_{};  // the guest that runs
    std::uint64_t cause_{};
};

}  // namespace ravelin::sim
