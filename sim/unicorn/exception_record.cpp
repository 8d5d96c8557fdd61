// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/exception_record.hpp"

#include "hyp/host/syndrome.hpp"
#include "hyp/mem/descriptor.hpp"
#include "hyp/mem/host_stage2.hpp"
#include "sim/machine/lazy_memory.hpp"
#include "sim/unicorn/unicorn_error.hpp"

#include <cstring>
#include <utility>
#include <vector>

namespace ravelin::sim {

namespace {
/// The record in Unicorn's memory.
struct Layout {
    std::uint32_t syndrome;
    std::uint32_t aarch32_status;
    std::uint64_t address;
    std::uint32_t target;
};

constexpr std::size_t layout_size = offsetof (Layout, target) + sizeof (Layout::target);

[[nodiscard]] auto record_at (std::span<const std::byte> bytes, std::size_t offset) -> ExceptionRecord {
    Layout layout{};
    std::memcpy (&layout, bytes.data () + offset, layout_size);
    return {.syndrome = layout.syndrome, .address = layout.address, .ipa_page = 0, .target = layout.target};
}

/// Makes a CPU run into a stage 2 fault and keeps all of its state at that moment.
class Probe {
  public:
    Probe () {
        using enum HostStage2Format::Kind;
        emulator_.map ({{ram, memory_.bytes ().size ()}, memory_.bytes ().data ()});
        // The first of the two concatenated tables is enough: one block with the code.
        put (0, Pa{ram.value () >> descriptor::level_shift (1) << 3},
             descriptor::valid.mask () | ram.align_down (1ULL << descriptor::level_shift (1)).value () |
                 HostStage2Format::attributes (memory));
        constexpr std::uint64_t load_x0_from_x1 = 0xf940'0020;  // LDR X0, [X1]
        put (code, Pa{}, load_x0_from_x1);

        emulator_.write (hal::sysreg::vtcr_el2, HostStage2::vtcr ());
        emulator_.write (hal::sysreg::vttbr_el2, ram.value ());
        emulator_.write (hal::sysreg::hcr_el2, stage2_and_aarch64);
        emulator_.add_hook (UC_HOOK_INTR, &on_exception, this);
    }

    /// The bytes of the CPU as it loads from @p address, where nothing is.
    [[nodiscard]] auto fault_at (std::uint64_t address) -> std::vector<std::byte> {
        emulator_.write (UC_ARM64_REG_X1, address);
        emulator_.set_pc (ram.value () + code);
        emulator_.run ();
        return std::exchange (bytes_, {});
    }

  private:
    static constexpr Pa ram{0x4000'0000};
    static constexpr std::uint64_t code               = 2 * page_size;
    static constexpr std::uint64_t stage2_and_aarch64 = 1UL << 31 | 1UL << 0;  // HCR_EL2: RW, VM

    void put (std::uint64_t offset, Pa index, std::uint64_t value) {
        std::memcpy (memory_.bytes ().data () + offset + index.value (), &value, sizeof value);
    }

    static void on_exception (uc_engine * /*engine*/, std::uint32_t /*number*/, void *user) {
        auto &self       = *static_cast<Probe *> (user);
        const auto bytes = self.saved_.save (self.emulator_);
        self.bytes_.assign (bytes.begin (), bytes.end ());
        self.emulator_.stop ();
    }

    LazyMemory memory_{4 * page_size};
    Emulator emulator_;
    SavedCpu saved_{emulator_};
    std::vector<std::byte> bytes_;
};

[[nodiscard]] auto looks_right (const ExceptionRecord &record, std::uint64_t address) -> bool {
    return record.address == address && record.target == 2 &&
           esr::class_of (record.syndrome) == esr::Class::data_abort_lower;
}

[[nodiscard]] auto find_record () -> std::size_t {
    constexpr std::uint64_t first  = 0x12'3456'7898;
    constexpr std::uint64_t second = 0x21'dead'beb0;

    Probe probe;
    const auto bytes = probe.fault_at (first);
    const auto again = probe.fault_at (second);
    for (std::size_t offset = 0; offset + layout_size <= bytes.size (); offset += alignof (std::uint32_t)) {
        if (looks_right (record_at (bytes, offset), first) && again.size () == bytes.size () &&
            looks_right (record_at (again, offset), second)) {
            return offset;
        }
    }
    throw UnicornError{unicorn_name () + " keeps the syndrome of a stage 2 fault in a way that isn't known here"};
}
}  // namespace

ExceptionReader::ExceptionReader (const Emulator &emulator) : saved_{emulator} {
    static const std::size_t offset = find_record ();
    offset_                         = offset;
}

auto ExceptionReader::read (const Emulator &emulator) -> ExceptionRecord {
    auto record = record_at (saved_.save (emulator), offset_);
    // Like the record, it's only sure to be this exception's while the hook runs.
    record.ipa_page = emulator.read (hal::sysreg::hpfar_el2);
    return record;
}

}  // namespace ravelin::sim
