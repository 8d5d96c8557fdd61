// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/el2_witness.hpp"
#include "sim/machine/machine.hpp"
#include "sim/twin/a64_image.hpp"
#include "sim/twin/deed_list.hpp"
#include "sim/twin/el2_cpu.hpp"
#include "sim/twin/state_layout.hpp"
#include "sim/twin/written_memory.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ravelin::sim {

/// How much has been compared.
struct TwinCount {
    std::uint64_t traps{};     // exceptions that came back
    std::uint64_t others{};    // boots, arrivals, sleeps
    std::uint64_t machines{};  // that were followed
    std::uint64_t lost{};      // that were followed no longer, since a trap of the library's came to no end
};

/// For a person.
auto operator<< (std::ostream &out, const TwinCount &count) -> std::ostream &;

/// Has the A64 image do in its turn whatever the library does in a machine's EL2: the same trap, with the same
/// registers, on the same memory. Then everything has to be the same. Throws Divergence out of the trap if something
/// isn't.
class Twin : public El2Witness {
  public:
    /// Puts the image where the machine has been loaded with one. All outlive the twin.
    Twin (Machine &machine, const A64Image &image, TwinCount &count);

    void enters (Processor &cpu, Way way, const Registers &registers) override;
    void does (Processor &cpu, const El2Deed &deed) override;
    void pauses (Processor &cpu, Pause why) override;
    void goes_on (Processor &cpu) override;
    void leaves (Processor &cpu, const Registers &registers) override;

  private:
    /// What is known of a stay in EL2 when it begins, for who reads of a divergence.
    struct Begin {
        Way way{};
        Registers registers{};
        std::uint64_t syndrome{};
        std::uint64_t pc{};
        bool guest{};
    };

    void place_image ();
    void begin (Processor &cpu);
    [[nodiscard]] auto leave_library (Processor &cpu) -> bool;
    void run (Processor &cpu, El2Cpu::Stop expected, const Registers *registers);
    void compare (Processor &cpu, const Registers *registers);
    void compare_general (const Registers &library, const Registers &image) const;
    void compare_system (Processor &cpu);
    void compare_state ();
    [[nodiscard]] auto saved_registers () -> std::vector<PaRange>;
    [[nodiscard]] auto describe (const Processor &cpu) const -> std::string;
    [[nodiscard]] auto image_of (const Processor &cpu) -> El2Cpu & { return *cpus_[cpu.index ().value ()]; }

    Machine &machine_;
    const A64Image &image_;
    TwinCount &count_;
    Pa at_;
    PaRange state_;  // the image's Hypervisor
    DeedList deeds_;
    WrittenMemory memory_;
    std::vector<StatePart> parts_;                         // of a Hypervisor, that hold values
    std::array<std::byte, sizeof (Hypervisor)> theirs_{};  // a copy of the image's
    std::vector<std::unique_ptr<El2Cpu>> cpus_;
    std::vector<Begin> begins_;
    std::optional<std::uint32_t> inside_;  // the CPU that the library is in EL2 of
    bool lost_{};
};

/// Makes twins of all machines that boot in this thread while it lives.
class Twins : public El2Witness::Maker {
  public:
    /// @param image  outlives the machines
    explicit Twins (const A64Image &image) : image_{image} { El2Witness::maker = this; }
    ~Twins () override { El2Witness::maker = nullptr; }

    [[nodiscard]] auto make (Machine &machine) -> std::unique_ptr<El2Witness> override;

    [[nodiscard]] auto count () const -> const TwinCount & { return count_; }

  private:
    const A64Image &image_;
    TwinCount count_;
};

}  // namespace ravelin::sim
