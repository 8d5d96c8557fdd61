// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/unicorn/unicorn_cpus.hpp"
#include "tests/unit/unicorn/a64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::test {

/// A booted virt machine whose host is a small program at EL1, executed by Unicorn under Ravelin's stage 2.
/// Its vectors, once it has set VBAR_EL1 to vectors, stop the virtual timer and end in WFI.
class RunningHost {
  public:
    /// Where things lie: behind the kernel's header, its code.
    static constexpr std::uint64_t kernel        = 0x4060'0000;
    static constexpr std::uint64_t code          = kernel + 0x1000;
    static constexpr std::uint64_t vectors       = kernel + 0x2000;
    static constexpr std::uint64_t data          = kernel + 0x4000;
    static constexpr std::uint64_t ravelin       = 0x4020'0000;
    static constexpr std::uint64_t nothing       = 0x0a00'0000;  // the host reaches it, but there's no device
    static constexpr std::uint64_t distributor   = 0x0800'0000;  // GICD
    static constexpr std::uint64_t cpu_interface = 0x0801'0000;  // GICC

    explicit RunningHost (const a64::Code &program, const sim::MachineOptions &options = {})
        : machine_{std::make_unique<sim::Machine> (sim::BoardName::virt, options)} {
        machine_->load (
            {.image = sim::RavelinImage::with_kernel (as_kernel (program)), .initrd = {}, .command_line = ""});
        cpus_ = std::make_unique<sim::UnicornCpus> (*machine_);
        if (const auto booted = machine_->boot (); !booted) {
            throw std::runtime_error{std::string{booted.error ().what}};
        }
    }

    /// Lets the program run for @p microseconds of virtual time at most, each a thousand instructions.
    auto run (std::uint64_t microseconds = 100'000) -> sim::Outcome {
        return machine_->run (machine_->clock ().frequency () * microseconds / 1'000'000);
    }

    [[nodiscard]] auto machine () -> sim::Machine & { return *machine_; }
    [[nodiscard]] auto cpus () -> sim::UnicornCpus & { return *cpus_; }
    [[nodiscard]] auto emulator (std::uint32_t cpu = 0) -> sim::Emulator & { return cpus_->engine (cpu).emulator (); }

    /// General-purpose and system registers of the first CPU.
    [[nodiscard]] auto x (unsigned number) -> std::uint64_t { return emulator ().general ().x[number]; }
    [[nodiscard]] auto read (hal::SystemRegister which) -> std::uint64_t { return emulator ().read (which); }

    /// The vector, as an offset, in which the first CPU has gone to sleep.
    [[nodiscard]] auto vector () -> std::uint64_t { return (emulator ().pc () - vectors) & ~0x7fULL; }

    /// A word of the machine's RAM.
    [[nodiscard]] auto word (std::uint64_t pa) -> std::uint64_t {
        return machine_->bus ().read (CpuIndex{0}, Pa{pa}, 8).value ();
    }

  private:
    /// An arm64 kernel with the program behind its header, and with vectors.
    [[nodiscard]] static auto as_kernel (const a64::Code &program) -> std::vector<std::byte> {
        constexpr a64::Instruction to_code = 0x1400'0000 | (code - kernel) / 4;
        constexpr std::string_view magic   = "ARM\x64";
        // Without its timer's interrupt nothing wakes the CPU again.
        constexpr hal::SystemRegister cntv_ctl_el0{3, 3, 14, 3, 1};
        constexpr std::array handler{a64::msr (cntv_ctl_el0, 31), a64::wfi, a64::loop};

        std::vector<std::byte> bytes (data - kernel);
        std::memcpy (bytes.data (), &to_code, sizeof to_code);
        std::memcpy (bytes.data () + 56, magic.data (), magic.size ());
        const auto &words = program.words ();
        if (words.size () * 4 > vectors - code) { throw std::logic_error{"the program is too long"}; }
        std::memcpy (bytes.data () + (code - kernel), words.data (), words.size () * 4);
        for (std::uint64_t vector = 0; vector < 0x800; vector += 0x80) {
            std::memcpy (bytes.data () + (vectors - kernel) + vector, handler.data (), sizeof handler);
        }
        // The pages of data are memory that the kernel uses and the file lacks.
        const std::uint64_t memory_size = data - kernel + 0x1'0000;
        std::memcpy (bytes.data () + 16, &memory_size, sizeof memory_size);
        return bytes;
    }

    std::unique_ptr<sim::Machine> machine_;
    std::unique_ptr<sim::UnicornCpus> cpus_;
};

/// Code that makes those vectors known; it uses X9.
[[nodiscard]] inline auto with_vectors () -> a64::Code {
    return a64::Code{}.set (9, RunningHost::vectors).then ({a64::msr (hal::sysreg::vbar_el1, 9), a64::isb});
}

}  // namespace ravelin::test
