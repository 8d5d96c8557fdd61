// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/input.hpp"
#include "fuzz/quick_loader.hpp"
#include "fuzz/stir.hpp"
#include "fuzz/trap_log.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/check/spec_checker.hpp"
#include "sim/machine/machine.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>

namespace ravelin::fuzz {

/// A machine on which a host runs a VM with a GIC, one machine for as many VMs as it lasts; each trap is held to the
/// specification.
class GuestArena {
  public:
    static constexpr std::uint32_t cpus = 4;

    // Where VMs have what they have.
    static constexpr std::uint64_t guest_ram = 0x4000'0000;
    static constexpr std::uint64_t gicd      = 0x0800'0000;
    static constexpr std::uint64_t gicc      = 0x0801'0000;

    // An interrupt of the host's that a CPU can be sent.
    static constexpr std::uint32_t host_sgi = 3;

    struct Options {
        bool is_protected{};
        std::uint64_t intids{};
        std::uint64_t vcpus{};
        std::uint64_t off{};          // those that begin off, a bit for each
        std::uint64_t time_offset{};  // CNTVOFF_EL2
    };

    /// @param log  see target.hpp
    explicit GuestArena (TrapLog *log);

    /// Makes the VM.
    void begin (const Options &options);

    /// Plays the rest of an input, and ends the VM: each byte chooses a CPU (bits 1:0), whether it first takes the
    /// interrupt that it has (unless bits 3:2 are both set) and what is done by who runs there, @p guest (cpu, choice)
    /// or @p host (cpu, choice), with bits 7:4. Returns the number of traps since begin(). Throws std::exception if
    /// something differs.
    template <class Guest, class Host>
    [[nodiscard]] auto play (Input &input, Guest guest, Host host) -> std::uint64_t {
        while (!input.empty ()) {
            input.begin_step ();
            const auto byte = input.take<std::uint8_t> (Kind::choice);
            auto &processor = cpu (byte);
            // An interrupt may come late, but it comes.
            if ((byte & 0x0cU) != 0x0c) { interrupt (processor); }
            const unsigned choice = byte / 16U;
            if (is_in_guest (processor)) {
                guest (processor, choice);
            } else {
                host (processor, choice);
            }
        }
        end ();
        return traps_;
    }

    [[nodiscard]] auto machine () -> sim::Machine & { return *machine_; }
    [[nodiscard]] auto cpu (std::uint32_t number) -> sim::Processor & { return machine_->cpu (number % cpus); }
    [[nodiscard]] auto registers (sim::Processor &cpu) -> Registers & { return registers_[cpu.index ().value ()]; }
    [[nodiscard]] auto vm () const -> std::uint64_t { return vm_; }
    [[nodiscard]] static auto is_in_guest (sim::Processor &cpu) -> bool { return sim::real::is_in_guest (cpu); }

    /// HVC #0 with these values in X0, X1, …, of the host or of the guest. Returns X0 of who goes on.
    auto call (sim::Processor &cpu, std::initializer_list<std::uint64_t> values) -> std::uint64_t;

    /// A trap with a syndrome of that class and these other bits.
    void trap (sim::Processor &cpu, esr::Class kind, std::uint64_t rest = 0);

    /// A load or store of a guest at an IPA that stage 2 doesn't map, by X1.
    /// @param size  log2 of the bytes
    void access (sim::Processor &cpu, std::uint64_t ipa, bool write, unsigned size, std::uint64_t value,
                 std::uint64_t rest = 0);

    /// The CPU takes the interrupt that it has, if it has one: in a guest it goes to EL2, and the host takes and ends
    /// it itself.
    void interrupt (sim::Processor &cpu);

    /// The host sends a CPU one of its own.
    void send (sim::Processor &cpu);

    /// A register of the CPU interface, as the guest that runs there reaches it.
    [[nodiscard]] auto interface_read (sim::Processor &cpu, std::uint64_t offset) -> std::uint32_t;
    void interface_write (sim::Processor &cpu, std::uint64_t offset, std::uint32_t value);

  private:
    void renew ();

    /// Gets all CPUs back to the host and ends the VM.
    void end ();

    void host_call (std::initializer_list<std::uint64_t> values);

    /// The first vCPU of a protected VM turns another on.
    void turn_on (std::uint64_t number);
    void take_as_host (sim::Processor &cpu);

    static constexpr std::uint64_t traps_per_machine = 1'000'000;

    TrapLog *log_;
    QuickLoader loader_;
    std::unique_ptr<sim::Machine> machine_;
    std::unique_ptr<sim::SpecChecker> checker_;
    std::array<Registers, cpus> registers_{};
    Stir stir_;
    std::uint64_t vm_{};
    std::uint64_t traps_{};
    std::uint64_t traps_since_renewal_{};
};

}  // namespace ravelin::fuzz
