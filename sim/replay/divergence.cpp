// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/divergence.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/machine/violation.hpp"

#include <array>
#include <string_view>

namespace ravelin::sim::replay {

namespace {
/// As instructions are called, or what takes their place.
constexpr std::array<std::string_view, kinds> names{"nothing",
                                                    "begin",
                                                    "end",
                                                    "memory found",
                                                    "stores",
                                                    "device read",
                                                    "device write",
                                                    "DSB",
                                                    "TLBI or IC",
                                                    "DC CIVAC",
                                                    "AT S1E1R",
                                                    "SMC",
                                                    "return of SMC",
                                                    "WFI",
                                                    "SEV",
                                                    "YIELD",
                                                    "load-acquire",
                                                    "store-release",
                                                    "compare and exchange",
                                                    "MRS",
                                                    "FP registers found",
                                                    "FP registers left",
                                                    "end of the record"};

[[nodiscard]] auto class_name (std::uint64_t syndrome) -> std::string {
    using enum esr::Class;
    switch (esr::class_of (syndrome)) {
    case wait:             return "WFI or WFE";
    case fp:               return "FP";
    case hvc64:            return "HVC";
    case smc64:            return "SMC";
    case system_register:  return "system register";
    case code_abort_lower: return "instruction abort";
    case data_abort_lower: return "data abort";
    default:               return "other exception";
    }
}
}  // namespace

auto in_both (const Event &recorded, const std::string &simulated) -> std::string {
    return "in QEMU: " + to_text (recorded) + "; in the simulator: " + simulated;
}

auto register_name (std::size_t number) -> std::string {
    if (number < x_registers) { return "X" + std::to_string (number); }
    return std::string{recorded_registers.at (number - x_registers).qemu};
}

auto to_text (Cause cause, std::uint64_t syndrome) -> std::string {
    switch (cause) {
    case Cause::boot:         return "boot";
    case Cause::arrival:      return "arrival";
    case Cause::interrupt:    return "interrupt";
    case Cause::system_error: return "SError";
    case Cause::synchronous:  break;
    }
    return class_name (syndrome) + ", ESR_EL2 " + hex (syndrome);
}

auto to_text (const Event &event) -> std::string {
    const Shape shape = shape_of (event.kind);
    std::string text{names.at (static_cast<std::size_t> (event.kind))};
    if (shape.address) { text += " " + hex (event.address); }
    if (shape.value) { text += (shape.address ? ", " : " ") + hex (event.value); }
    if (shape.arguments) {
        for (const auto argument : event.arguments) {
            text += " " + hex (argument);
        }
    }
    if (shape.bytes) { text += ", " + std::to_string (event.bytes.size ()) + " bytes"; }
    return text;
}

}  // namespace ravelin::sim::replay
