// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/unit/hyp/vm_machine.hpp"
#include "tests/unit/sim/virtual_gic.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <optional>
#include <vector>

namespace ravelin::test {

namespace gicd {
inline constexpr std::uint64_t ctlr       = 0x000;
inline constexpr std::uint64_t typer      = 0x004;
inline constexpr std::uint64_t iidr       = 0x008;
inline constexpr std::uint64_t igroupr    = 0x080;
inline constexpr std::uint64_t isenabler  = 0x100;
inline constexpr std::uint64_t icenabler  = 0x180;
inline constexpr std::uint64_t ispendr    = 0x200;
inline constexpr std::uint64_t icpendr    = 0x280;
inline constexpr std::uint64_t isactiver  = 0x300;
inline constexpr std::uint64_t icactiver  = 0x380;
inline constexpr std::uint64_t ipriorityr = 0x400;
inline constexpr std::uint64_t itargetsr  = 0x800;
inline constexpr std::uint64_t icfgr      = 0xc00;
inline constexpr std::uint64_t sgir       = 0xf00;
inline constexpr std::uint64_t cpendsgir  = 0xf10;
inline constexpr std::uint64_t spendsgir  = 0xf20;

inline constexpr std::uint64_t all_groups = 3;

/// What to write to SGIR.
[[nodiscard]] constexpr auto sgi (std::uint64_t intid, std::uint64_t targets, std::uint64_t filter = 0)
    -> std::uint64_t {
    return filter << 24 | targets << 16 | intid;
}
}  // namespace gicd

/// One CPU of a machine that a test plays: its host makes calls, and the guest that it has entered is the test, too.
class PlayedCpu {
  public:
    /// Where VMs have their GIC.
    static constexpr std::uint64_t distributor   = 0x0800'0000;
    static constexpr std::uint64_t cpu_interface = 0x0801'0000;

    static constexpr std::uint64_t none = sim::gicv::spurious;

    /// @param number  its place in @p machine, which outlives this
    PlayedCpu (sim::Machine &machine, std::uint32_t number) : machine_{machine}, number_{number} {}

    [[nodiscard]] auto hal () -> hal::Cpu & { return processor ().hal (); }
    [[nodiscard]] auto x (unsigned i) -> std::uint64_t & { return registers_.x[i]; }
    [[nodiscard]] auto in_guest () -> bool { return vttbr_vmid.any (hal ().read<hal::sysreg::vttbr_el2> ()); }

    /// HVC #0 of whoever runs; X0 afterwards, whoever runs then.
    auto call (std::initializer_list<std::uint64_t> arguments) -> std::int64_t {
        unsigned i = 0;
        for (const auto argument : arguments) {
            registers_.x[i++] = argument;
        }
        static_cast<void> (processor ().hvc (registers_));
        return static_cast<std::int64_t> (registers_.x[0]);
    }

    /// VCPU_RUN, which must lead into the guest.
    void enter (std::uint64_t handle, std::uint64_t vcpu = 0) {
        static_cast<void> (call ({RAVELIN_VCPU_RUN, handle, vcpu, 0}));
        if (!in_guest ()) { throw std::runtime_error{"the vCPU doesn't run"}; }
    }

    /// An interrupt that is the host's takes the guest back to it.
    void leave () {
        host_interrupt (true);
        if (!takes () || in_guest ()) { throw std::runtime_error{"the vCPU doesn't stop"}; }
        host_interrupt (false);
    }

    /// A trap of the guest; what it returns to is behind it if it was executed.
    /// @return  whether it was
    auto trap (esr::Class kind, std::uint64_t details) -> bool {
        const auto from = hal ().read<hal::sysreg::elr_el2> ();
        hal ().write<hal::sysreg::esr_el2> (esr::exception_class.put (std::to_underlying (kind)) |
                                            esr::instruction_length.mask () | details);
        static_cast<void> (processor ().trap (registers_));
        return !in_guest () || hal ().read<hal::sysreg::elr_el2> () == from + 4;
    }

    /// A load or store of the guest that faults in stage 2.
    /// @return  whether it was executed
    auto access (std::uint64_t ipa, std::uint64_t details) -> bool {
        hal ().write<hal::sysreg::hpfar_el2> (hpfar::ipa_page.put (ipa / page_size));
        hal ().write<hal::sysreg::far_el2> (ipa);
        return trap (esr::Class::data_abort_lower, details);
    }

    /// A load of the guest from the distributor, once; nothing if it is to be tried again.
    auto try_load (std::uint64_t offset, unsigned bytes = 4) -> std::optional<std::uint64_t> {
        x (transfer) = ~0ULL;
        if (!access (distributor + offset, syndrome (bytes))) { return std::nullopt; }
        return x (transfer);
    }

    /// The same, which is executed at once.
    auto load (std::uint64_t offset, unsigned bytes = 4) -> std::uint64_t {
        const auto value = try_load (offset, bytes);
        EXPECT_TRUE (value) << std::hex << offset << " is to be read again";
        return value.value_or (0);
    }

    /// A store of the guest to the distributor.
    void store (std::uint64_t offset, std::uint64_t value, unsigned bytes = 4) {
        x (transfer) = value;
        EXPECT_TRUE (access (distributor + offset, syndrome (bytes) | iss_write));
    }

    /// The guest's CPU interface, which it reaches without a trap.
    [[nodiscard]] auto interface (std::uint64_t offset) -> std::uint64_t {
        return sim::read_register (machine_.gic ().virtual_interface (), offset, number_);
    }
    void set_interface (std::uint64_t offset, std::uint64_t value) {
        sim::write_register (machine_.gic ().virtual_interface (), offset, value, number_);
    }

    /// The guest lets interrupts of every priority and of both groups come. GICC_IAR acknowledges either.
    void open_interface (std::uint64_t more = 0) {
        set_interface (sim::gicv::ctlr, 3 | sim::gicv::ack_ctl | more);
        set_interface (sim::gicv::pmr, 0xff);
    }
    [[nodiscard]] auto acknowledge () -> std::uint64_t { return interface (sim::gicv::iar); }
    void end (std::uint64_t acknowledged) { set_interface (sim::gicv::eoir, acknowledged); }

    /// GICC_DIR, which traps.
    void deactivate (std::uint64_t acknowledged, unsigned bytes = 4) {
        x (transfer) = acknowledged;
        EXPECT_TRUE (access (cpu_interface + sim::gicv::dir, syndrome (bytes) | iss_write));
    }

    /// Takes what is signalled to EL2 while a guest runs.
    /// @return  how often
    auto takes () -> unsigned {
        constexpr unsigned limit = 20;
        unsigned count           = 0;
        machine_.clock ().check ();
        while (in_guest () && signalled ()) {
            if (++count > limit) { throw std::runtime_error{"an interrupt comes again and again"}; }
            static_cast<void> (processor ().interrupt (registers_));
            machine_.clock ().check ();
        }
        return count;
    }

    /// Acknowledges and ends what comes, in the order in which it does. Between two of them EL2 takes what is its own.
    auto take_all () -> std::vector<std::uint64_t> {
        constexpr std::size_t limit = 100;
        std::vector<std::uint64_t> taken;
        for (auto one = acknowledge (); one != none; one = acknowledge ()) {
            taken.push_back (one);
            if (taken.size () == limit) { throw std::runtime_error{"the guest takes interrupts for ever"}; }
            end (one);
            takes ();
        }
        return taken;
    }

    /// Whether an interrupt is signalled to EL2, or the host if that runs.
    [[nodiscard]] auto signalled () -> bool { return machine_.gic ().irq_pending (index ()); }

    /// The machine's GIC, as this CPU has it.
    [[nodiscard]] auto physical (std::uint64_t offset) -> std::uint64_t {
        return sim::read_register (machine_.gic ().distributor (), offset, number_);
    }
    void set_physical (std::uint64_t offset, std::uint64_t value) {
        sim::write_register (machine_.gic ().distributor (), offset, value, number_);
    }
    [[nodiscard]] auto physical_interface (std::uint64_t offset) -> std::uint64_t {
        return sim::read_register (machine_.gic ().cpu_interface (), offset, number_);
    }
    void set_physical_interface (std::uint64_t offset, std::uint64_t value) {
        sim::write_register (machine_.gic ().cpu_interface (), offset, value, number_);
    }

    /// A list register, or another of GICH.
    [[nodiscard]] auto control (std::uint64_t offset) -> std::uint64_t {
        return sim::read_register (machine_.gic ().virtual_control (), offset, number_);
    }
    [[nodiscard]] auto list (unsigned number) -> std::uint64_t { return control (sim::gich::lr0 + 4 * number); }

    /// The host lets its interrupts come to this CPU.
    void open_physical () {
        set_physical (gicd::ctlr, 1);
        set_physical (gicd::isenabler, 1U << hosts_interrupt);
        set_physical_interface (sim::gicv::ctlr, 1);
        set_physical_interface (sim::gicv::pmr, 0xff);
    }

    /// A PPI that nobody but the host has to do with becomes pending, or isn't any more.
    static constexpr std::uint32_t hosts_interrupt = 22;
    void host_interrupt (bool pending) {
        set_physical (pending ? gicd::ispendr : gicd::icpendr, 1U << hosts_interrupt);
    }

  private:
    static constexpr unsigned transfer = 9;

    [[nodiscard]] static auto syndrome (unsigned bytes) -> std::uint64_t {
        return iss_transfer (static_cast<std::uint64_t> (std::countr_zero (bytes)), transfer);
    }
    [[nodiscard]] auto index () const -> CpuIndex { return CpuIndex{number_}; }
    [[nodiscard]] auto processor () -> sim::Processor & { return machine_.cpu (number_); }

    sim::Machine &machine_;
    std::uint32_t number_;
    Registers registers_{};
};

/// A machine with three CPUs whose host makes VMs that have a GIC.
class VgicMachine : public VmMachine {
  public:
    static constexpr std::uint32_t cpus = 3;

    VgicMachine () : VmMachine{{.cpus = cpus}} {
        for (std::uint32_t i = 1; i < cpus; ++i) {
            if (call ({PSCI_CPU_ON_64, i, free_memory - page_size, 0}) != PSCI_SUCCESS) {
                throw std::runtime_error{"a CPU doesn't start"};
            }
        }
        machine ().settle ();
        for (std::uint32_t i = 0; i < cpus; ++i) {
            played_.push_back (std::make_unique<PlayedCpu> (machine (), i));
            played_.back ()->open_physical ();
        }
    }

    [[nodiscard]] auto cpu (std::uint32_t number) -> PlayedCpu & { return *played_[number]; }

    struct Shape {
        bool is_protected{};
        std::uint64_t vcpus{3};
        std::uint64_t limit{vcpus};  // that there may be
        std::uint64_t intids{96};
        bool gic{true};
    };

    /// A VM with RAM and vCPUs, all of which are on; of a protected one the first.
    [[nodiscard]] auto make (const Shape &shape) -> std::uint64_t {
        const std::uint64_t properties = 40 | (shape.is_protected ? RAVELIN_VM_PROTECTED : 0);
        must ({RAVELIN_VM_CREATE, pages (RAVELIN_VM_PAGES, RAVELIN_VM_PAGES * page_size), properties, shape.limit});
        const auto handle = registers ().x[1];
        must ({RAVELIN_VM_ADD_RAM, handle, ram, ram_size});
        must ({RAVELIN_VM_TOP_UP, handle, pages (8), 8});
        if (shape.gic) {
            must ({RAVELIN_VM_SET_GIC, handle, PlayedCpu::distributor, PlayedCpu::cpu_interface, shape.intids});
        }
        if (shape.is_protected) { give_firmware_pages (handle); }
        for (std::uint64_t number = 0; number < shape.vcpus; ++number) {
            const bool is_off = shape.is_protected && number != 0;
            must ({RAVELIN_VCPU_CREATE, handle, number, pages (1), shape.is_protected ? firmware : ram, 0,
                   is_off ? RAVELIN_VCPU_OFF : 0});
        }
        return handle;
    }

    /// Time passes.
    void pass (sim::Ticks ticks) {
        machine ().clock ().advance_to (machine ().clock ().now () + ticks);
        machine ().clock ().check ();
    }
    [[nodiscard]] auto now () -> sim::Ticks { return machine ().clock ().now (); }

    /// A call of the host's that succeeds.
    void must (std::initializer_list<std::uint64_t> arguments) {
        if (const auto status = call (arguments); status != RAVELIN_SUCCESS) {
            throw std::runtime_error{"a call that should succeed returned " + std::to_string (status)};
        }
    }

  private:
    std::vector<std::unique_ptr<PlayedCpu>> played_;
};

/// A test with a plain VM of three vCPUs, of which the first runs on the first CPU, and so on, once they're entered.
class Vgic : public testing::Test {
  protected:
    using Taken = std::vector<std::uint64_t>;

    explicit Vgic (const VgicMachine::Shape &shape = {}) : vm{machine.make (shape)} {}

    [[nodiscard]] auto cpu (std::uint32_t number) -> PlayedCpu & { return machine.cpu (number); }

    /// vCPU n begins on CPU n, and lets interrupts come.
    void enter (std::uint32_t number, std::uint64_t more = 0) {
        cpu (number).enter (vm, number);
        cpu (number).open_interface (more);
        if (number == 0) { guest.store (gicd::ctlr, gicd::all_groups); }
    }

    /// The first vCPU makes SPI @p intid one that vCPUs @p targets get.
    void open (std::uint32_t intid, std::uint64_t priority = 0x80, std::uint64_t targets = 1) {
        guest.store (gicd::ipriorityr + intid, priority, 1);
        if (intid >= 32) { guest.store (gicd::itargetsr + intid, targets, 1); }
        guest.store (word (gicd::isenabler, intid), bit (intid));
    }
    void set_edge (std::uint32_t intid) {
        const auto offset = gicd::icfgr + intid / 16 * 4;
        guest.store (offset, guest.load (offset) | 2ULL << intid % 16 * 2);
    }
    void set_pending (std::uint32_t intid) { guest.store (word (gicd::ispendr, intid), bit (intid)); }

    [[nodiscard]] auto is_pending (std::uint32_t intid) -> bool {
        return (guest.load (word (gicd::ispendr, intid)) & bit (intid)) != 0;
    }
    [[nodiscard]] auto is_active (std::uint32_t intid) -> bool {
        return (guest.load (word (gicd::isactiver, intid)) & bit (intid)) != 0;
    }

    /// The host, on a CPU that is in no guest, raises or lowers a wire.
    /// @return  vCPUs that it is told to run
    auto line (std::uint32_t intid, std::uint64_t level, std::uint32_t number = 2) -> std::uint64_t {
        EXPECT_EQ (cpu (number).call ({RAVELIN_VM_SET_LINE, vm, intid, level}), RAVELIN_SUCCESS);
        return cpu (number).x (1);
    }

    /// The register of @p kind that has a bit of @p intid, and the bit.
    [[nodiscard]] static constexpr auto word (std::uint64_t kind, std::uint32_t intid) -> std::uint64_t {
        return kind + intid / 32 * 4;
    }
    [[nodiscard]] static constexpr auto bit (std::uint32_t intid) -> std::uint64_t { return 1ULL << intid % 32; }

    static constexpr auto none = PlayedCpu::none;

    VgicMachine machine;
    std::uint64_t vm;
    PlayedCpu &guest{machine.cpu (0)};
};

}  // namespace ravelin::test
