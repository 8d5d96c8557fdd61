// SPDX-License-Identifier: BSD-2-Clause

// Any accesses of four vCPUs to their GIC, from four CPUs, with interrupts from the host at any time, held to the
// specification.

#include "fuzz/guest_arena.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"
#include "hyp/abi/psci.h"
#include "hyp/abi/vm_calls.h"

namespace {
using namespace ravelin;
using fuzz::GuestArena;
using sim::Processor;

constexpr std::uint64_t vcpus  = 4;
constexpr std::uint64_t intids = 96;

// Blocks of the distributor: those with one bit for each interrupt, or two, or a byte.
constexpr std::array<std::uint16_t, 20> blocks{0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x400, 0x420,
                                               0x440, 0x800, 0x820, 0x840, 0xc00, 0xf00, 0xf00, 0xf10, 0xf20, 0xfd0};

// Registers of the CPU interface that a guest writes without a trap.
constexpr std::array<std::uint16_t, 6> interface_registers{0x00, 0x04, 0x08, 0x1c, 0xd0, 0x04};

constexpr std::uint64_t gicc_iar   = 0x0c;
constexpr std::uint64_t gicc_eoir  = 0x10;
constexpr std::uint64_t gicc_aiar  = 0x20;
constexpr std::uint64_t gicc_aeoir = 0x24;
constexpr std::uint64_t gicc_dir   = 0x1000;

/// What the bytes of an input mean.
class Player {
  public:
    Player (GuestArena &arena, fuzz::Input &input) : arena_{arena}, input_{input} {}

    /// Plays all of the input; returns the number of traps.
    [[nodiscard]] auto play () -> std::uint64_t {
        const auto properties = byte ();
        arena_.begin ({.is_protected = (properties & 1) != 0, .intids = intids, .vcpus = vcpus});
        if ((properties & 2) != 0) { open (); }
        return arena_.play (
            input_, [this] (Processor &cpu, unsigned choice) { guest (cpu, choice); },
            [this] (Processor &cpu, unsigned choice) { host (cpu, choice); });
    }

  private:
    [[nodiscard]] auto byte () -> std::uint8_t { return input_.take<std::uint8_t> (); }
    [[nodiscard]] auto word () -> std::uint32_t { return input_.take<std::uint32_t> (); }

    /// Every vCPU runs and takes every interrupt, and those that are shared go around.
    void open () {
        for (std::uint32_t number = 0; number < GuestArena::cpus; ++number) {
            Processor &cpu = arena_.cpu (number);
            run (cpu, number);
            arena_.interface_write (cpu, 0x00, 0b11);
            arena_.interface_write (cpu, 0x04, 0xff);
        }
        store (0x000, 3);
        for (std::uint64_t i = 0; i < intids / 32; ++i) {
            store (0x100 + i * 4, 0xffff'ffff);
        }
        for (std::uint64_t i = 8; i < intids / 4; ++i) {
            store (0x400 + i * 4, 0x8040'a0a0);
            store (0x800 + i * 4, 0x0804'0201);
        }
    }

    void store (std::uint64_t offset, std::uint32_t value) {
        if (GuestArena::is_in_guest (arena_.cpu (0))) {
            arena_.access (arena_.cpu (0), GuestArena::gicd + offset, true, 2, value);
        }
    }

    void run (Processor &cpu, std::uint64_t vcpu) { arena_.call (cpu, {RAVELIN_VCPU_RUN, arena_.vm (), vcpu, 0}); }

    void host (Processor &cpu, unsigned choice) {
        const std::uint64_t number = byte ();
        switch (choice % 8) {
        case 0:
        case 1:
        case 2:  arena_.call (cpu, {RAVELIN_VM_SET_LINE, arena_.vm (), 32 + number / 2 % 66, number % 2}); return;
        case 3:  arena_.call (cpu, {RAVELIN_GIC_GET, arena_.vm (), number % vcpus, offset (number)}); return;
        case 4:  arena_.call (cpu, {RAVELIN_GIC_SET, arena_.vm (), number % vcpus, offset (number), word ()}); return;
        default: run (cpu, number % vcpus); return;
        }
    }

    /// Where something is, or nothing.
    [[nodiscard]] auto offset (std::uint64_t number) -> std::uint64_t {
        const auto index = byte ();
        if (number >= 0xf0) { return RAVELIN_GICC + interface_registers.at (index % interface_registers.size ()); }
        if (number >= 0xe0) { return index * 16ULL; }
        return blocks.at (number % blocks.size ()) + index % 8 * 4;
    }

    void guest (Processor &cpu, unsigned choice) {
        const std::uint32_t self = cpu.index ().value ();
        switch (choice) {
        case 0:
        case 1:
        case 2:
        case 3:  distributor (cpu, true, 2); return;
        case 4:
        case 5:  distributor (cpu, false, 2); return;
        case 6:  distributor (cpu, (byte () & 1) != 0, byte ()); return;
        case 7:  taken_[self] = arena_.interface_read (cpu, gicc_iar); return;
        case 8:  arena_.interface_write (cpu, gicc_eoir, taken_[self]); return;
        case 9:  taken_[self] = arena_.interface_read (cpu, gicc_aiar); return;
        case 10: arena_.interface_write (cpu, gicc_aeoir, taken_[self]); return;
        case 11: deactivate (cpu); return;
        case 12: {
            const auto which = interface_registers.at (byte () % interface_registers.size ());
            arena_.interface_write (cpu, which, word ());
            return;
        }
        case 13: arena_.trap (cpu, esr::Class::wait); return;
        case 14: arena_.call (cpu, {PSCI_VERSION}); return;
        default: arena_.send (cpu); return;
        }
    }

    void distributor (Processor &cpu, bool write, unsigned size) {
        const auto where = offset (byte ()) + (size % 4 == 2 ? 0 : size / 4 % 4);
        const auto value = write ? word () : 0;
        const auto sign  = (size & 0x80) != 0 ? esr::sign_extend.mask () : 0;
        arena_.access (cpu, GuestArena::gicd + where % page_size, write, size % 4, value, sign);
    }

    /// GICC_DIR of what was taken last, or of something else.
    void deactivate (Processor &cpu) {
        const auto number         = byte ();
        const std::uint32_t value = number < 0x80 ? taken_[cpu.index ().value ()] : number;
        arena_.access (cpu, GuestArena::gicc + gicc_dir, true, number % 16 == 15 ? number / 16 % 4 : 2, value);
    }

    GuestArena &arena_;
    fuzz::Input &input_;
    std::array<std::uint32_t, GuestArena::cpus> taken_{};
};

class Vgic final : public fuzz::Target {
  public:
    explicit Vgic (fuzz::TrapLog *log) : Target{"traps"}, arena_{log} {}

    [[nodiscard]] auto play (fuzz::Input &input) -> std::uint64_t override { return Player{arena_, input}.play (); }

  private:
    GuestArena arena_;
};
}  // namespace

auto ravelin::fuzz::vgic (TrapLog *log) -> std::unique_ptr<Target> {
    return std::make_unique<Vgic> (log);
}
