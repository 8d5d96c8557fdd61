// SPDX-License-Identifier: BSD-2-Clause

// Any register values in the calls of guests: vCPUs of a protected and of a plain VM, on several CPUs, held to the
// specification. The host does what exits ask for.

#include "hyp/abi/guest_calls.h"

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"
#include "fuzz/vm_arena.hpp"
#include "hyp/abi/boot.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/vm_calls.h"

#include <array>
#include <stdexcept>
#include <utility>

namespace {
using namespace ravelin;
using fuzz::Kind;
using fuzz::VmArena;
using sim::Processor;

constexpr auto guest_ram = VmArena::guest_ram;

// Those that guests have, others of PSCI, and one of the host's.
constexpr std::array<std::uint32_t, 16> functions{
    RAVELIN_GUEST_CALL_UID,   RAVELIN_GUEST_FEATURES, RAVELIN_GUEST_MEMINFO, RAVELIN_GUEST_SHARE, RAVELIN_GUEST_UNSHARE,
    RAVELIN_GUEST_MMIO_GUARD, SMCCC_VERSION,          SMCCC_ARCH_FEATURES,   PSCI_VERSION,        PSCI_FEATURES,
    PSCI_CPU_ON_64,           PSCI_CPU_OFF,           PSCI_SYSTEM_OFF,       PSCI_SYSTEM_RESET,   RAVELIN_VM_DESTROY,
    RAVELIN_GUEST_REFUSE};

/// A step, as an input spells it: which CPU, and what its guest passes.
struct Choices {
    std::uint8_t byte;

    [[nodiscard]] auto cpu () const -> std::uint32_t { return byte & 1U; }
    [[nodiscard]] auto is_smc () const -> bool { return (byte & 0x02) != 0; }
    [[nodiscard]] auto known_function () const -> bool { return (byte & 0x04) != 0; }
    [[nodiscard]] auto names_page () const -> bool { return (byte & 0x08) != 0; }
    [[nodiscard]] auto wide_arguments () const -> bool { return (byte & 0x10) != 0; }
    [[nodiscard]] auto has_immediate () const -> bool { return (byte & 0xe0) == 0xe0; }
    [[nodiscard]] auto is_interrupted () const -> bool { return (byte & 0xe0) == 0xc0; }
};

class Guests final : public fuzz::Target {
  public:
    explicit Guests (fuzz::TrapLog *log) : Target{"traps"}, arena_{log} {}

    [[nodiscard]] auto play (fuzz::Input &input) -> std::uint64_t override {
        next_page_    = VmArena::host_ram;
        asked_        = {};
        plain_vm_     = 0;
        protected_vm_ = make_vm (RAVELIN_VM_PROTECTED);
        plain_vm_     = make_vm (0);
        while (!input.empty ()) {
            input.begin_step ();
            const Choices choices{input.take<std::uint8_t> (Kind::choice)};
            auto &cpu = arena_.cpu (choices.cpu ());
            if (!VmArena::is_in_guest (cpu)) {
                enter (cpu, input.take<std::uint8_t> (Kind::handle));
            } else if (choices.is_interrupted ()) {
                arena_.interrupt (cpu);
            } else {
                call (cpu, choices, input);
            }
        }
        return arena_.finish ();
    }

  private:
    static constexpr std::uint64_t vcpus = 2;

    /// At the end of a VM's RAM.
    static constexpr std::uint64_t firmware = guest_ram + 2 * block_size - RAVELIN_FIRMWARE_PAGES * page_size;

    /// Pages of the host's that no other call returned; a power of two of them, aligned to their size.
    [[nodiscard]] auto pages (std::uint64_t count) -> std::uint64_t {
        const auto first = Pa{next_page_}.align_up (count * page_size).value ();
        next_page_       = first + count * page_size;
        return first;
    }

    static void expect (std::int64_t status) {
        if (status != RAVELIN_SUCCESS) { throw std::runtime_error{"the host can't make a VM"}; }
    }

    /// A VM with two blocks of RAM, of which one page is there.
    [[nodiscard]] auto make_vm (std::uint64_t property) -> std::uint64_t {
        constexpr std::uint64_t tables = 4;
        auto &host                     = arena_.cpu (0);
        expect (arena_.host_call (host, {RAVELIN_VM_CREATE, pages (RAVELIN_VM_PAGES), 40 | property, vcpus}));
        const auto vm = arena_.registers (host).x[1];
        expect (arena_.host_call (host, {RAVELIN_VM_ADD_RAM, vm, guest_ram, 2 * block_size}));
        expect (arena_.host_call (host, {RAVELIN_VM_TOP_UP, vm, pages (tables), tables}));
        const bool is_plain = property == 0;
        if (!is_plain) {
            constexpr std::uint64_t count = RAVELIN_FIRMWARE_PAGES;
            expect (arena_.host_call (host, {RAVELIN_VM_DONATE, vm, firmware, pages (count), count}));
        }
        for (std::uint64_t number = 0; number < vcpus; ++number) {
            const auto flags = is_plain || number == 0 ? 0 : RAVELIN_VCPU_OFF;
            expect (arena_.host_call (host, {RAVELIN_VCPU_CREATE, vm, number, pages (1), firmware, number, flags}));
        }
        if (is_plain) {
            plain_vm_ = vm;
        } else {
            turn_second_on (vm);
        }
        expect (give (host, vm, guest_ram));
        return vm;
    }

    /// The first vCPU of a protected VM turns the second on.
    void turn_second_on (std::uint64_t vm) {
        auto &host = arena_.cpu (0);
        static_cast<void> (arena_.host_call (host, {RAVELIN_VCPU_RUN, vm, 0, 0}));
        arena_.registers (host) = {.x = {PSCI_CPU_ON_64, 1, guest_ram, 0}};
        arena_.trap (host, esr::Class::hvc64, 0);
    }

    auto give (Processor &host, std::uint64_t vm, std::uint64_t ipa) -> std::int64_t {
        const auto call = vm == plain_vm_ ? RAVELIN_VM_LEND : RAVELIN_VM_DONATE;
        return arena_.host_call (host, {call, vm, ipa, pages (1), 1, RAVELIN_WRITABLE});
    }

    /// The host runs a vCPU on @p cpu; first it does what the last exit there asked for.
    void enter (Processor &cpu, std::uint8_t choice) {
        const auto index = cpu.index ().value ();
        const auto asked = std::exchange (asked_.at (index), {});
        if (asked.vm != 0) { static_cast<void> (give (cpu, asked.vm, asked.ipa)); }
        running_.at (index) = (choice & 2U) != 0 ? plain_vm_ : protected_vm_;
        static_cast<void> (arena_.host_call (cpu, {RAVELIN_VCPU_RUN, running_.at (index), choice % vcpus, 0}));
    }

    void call (Processor &cpu, Choices choices, fuzz::Input &input) {
        auto &x = arena_.registers (cpu).x;
        x[0]    = choices.known_function () ? functions.at (input.take<std::uint8_t> (Kind::choice) % functions.size ())
                                            : input.take<std::uint64_t> ();
        for (unsigned i = 1; i < 4; ++i) {
            x[i] = choices.wide_arguments () ? input.take<std::uint64_t> () : 0;
        }
        if (choices.names_page ()) { x[1] = VmArena::page_of (guest_ram, input.take<std::uint8_t> (Kind::page)); }
        arena_.trap (cpu, choices.is_smc () ? esr::Class::smc64 : esr::Class::hvc64,
                     choices.has_immediate () ? input.take<std::uint16_t> () : 0);
        if (!VmArena::is_in_guest (cpu) && x[1] == RAVELIN_EXIT_PAGE) {
            asked_.at (cpu.index ().value ()) = {running_.at (cpu.index ().value ()), x[2]};
        }
    }

    /// The page that an exit asked for.
    struct Asked {
        std::uint64_t vm{};
        std::uint64_t ipa{};
    };

    VmArena arena_;
    std::uint64_t next_page_{};
    std::uint64_t protected_vm_{};
    std::uint64_t plain_vm_{};
    std::array<std::uint64_t, VmArena::cpus> running_{};
    std::array<Asked, VmArena::cpus> asked_{};
};
}  // namespace

auto ravelin::fuzz::guest_calls (TrapLog *log) -> std::unique_ptr<Target> {
    return std::make_unique<Guests> (log);
}
