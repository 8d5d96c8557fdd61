// SPDX-License-Identifier: BSD-2-Clause

// A plugin for QEMU that records what EL2 does in each trap: see sim/replay/README.md.
//
//     -plugin libravelin_recorder.so,output=FILE,NAME=NUMBER...
//
// QEMU has to execute its CPUs in turns, on one thread (-icount, or -accel tcg,thread=single). The number of the CPU
// that it gives its callbacks is then not to be believed (QEMU 10.0).

#include "sim/replay/recorder/arguments.hpp"
#include "sim/replay/recorder/plugin_api.hpp"
#include "sim/replay/recorder/recorder.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <unordered_map>

namespace {
using namespace ravelin::sim::replay;

constexpr unsigned el2 = 2;

/// Never destroyed: QEMU calls ended() after the destructors of what is static.
struct Plugin {
    std::unique_ptr<Recorder> recorder;
    bool is_ready{};                                                    // the registers are found
    std::unordered_map<std::uint64_t, PlacedInstruction> instructions;  // by address: code doesn't change
};

[[nodiscard]] auto plugin () -> Plugin & {
    static auto &instance = *new Plugin;
    return instance;
}

/// Exceptions can't pass through QEMU.
template <class Action>
void guarded (Action &&action) {
    try {
        action ();
    } catch (const std::exception &error) {
        std::fprintf (stderr, "recorder: %s\n", error.what ());
        std::_Exit (EXIT_FAILURE);
    }
}

void executed (unsigned /*cpu*/, void *instruction) {
    guarded ([&] { plugin ().recorder->execute (*static_cast<const PlacedInstruction *> (instruction)); });
}

void accessed (unsigned /*cpu*/, qemu_plugin_meminfo_t access, std::uint64_t address, void *instruction) {
    guarded ([&] {
        const auto value = qemu_plugin_mem_get_value (access);
        const auto *hw   = qemu_plugin_get_hwaddr (access, address);
        plugin ().recorder->access (*static_cast<const PlacedInstruction *> (instruction), address,
                                    std::as_bytes (std::span{value.data}).first (1U << value.type),
                                    qemu_plugin_mem_is_store (access), hw != nullptr && qemu_plugin_hwaddr_is_io (hw));
    });
}

[[nodiscard]] auto code_of (const qemu_plugin_insn *instruction) -> std::uint32_t {
    std::uint32_t code = 0;
    qemu_plugin_insn_data (instruction, &code, sizeof code);
    return code;
}

/// @param next  the one behind, or nullptr
[[nodiscard]] auto decode (const qemu_plugin_insn *instruction, const qemu_plugin_insn *next) -> Instruction {
    using enum Instruction::What;
    const auto decoded = Instruction::decode (code_of (instruction));
    if (decoded.what != barrier || next == nullptr) { return decoded; }
    // The DSB that WFI and SEV need is a part of them.
    const auto follows = Instruction::decode (code_of (next)).what;
    return follows == wait || follows == wake ? Instruction{} : decoded;
}

void translated (qemu_plugin_id_t /*id*/, qemu_plugin_tb *block) {
    auto &all = plugin ();
    if (!all.is_ready || all.recorder->registers ().level () != el2) { return; }
    const auto size = qemu_plugin_tb_n_insns (block);
    bool is_watched = true;  // what follows something with a result, maybe in another block
    for (std::size_t i = 0; i < size; ++i) {
        auto *instruction  = qemu_plugin_tb_get_insn (block, i);
        const auto decoded = decode (instruction, i + 1 < size ? qemu_plugin_tb_get_insn (block, i + 1) : nullptr);
        const auto pc      = qemu_plugin_insn_vaddr (instruction);
        auto &placed       = all.instructions.insert_or_assign (pc, PlacedInstruction{pc, decoded}).first->second;
        const bool cares   = all.recorder->cares (placed);
        if (cares || is_watched) {
            qemu_plugin_register_vcpu_insn_exec_cb (instruction, executed, QEMU_PLUGIN_CB_R_REGS, &placed);
        }
        qemu_plugin_register_vcpu_mem_cb (instruction, accessed, QEMU_PLUGIN_CB_R_REGS, QEMU_PLUGIN_MEM_RW, &placed);
        is_watched = cares;
    }
}

/// A CPU exists: it tells how to get at registers.
void started (qemu_plugin_id_t /*id*/, unsigned /*cpu*/) {
    auto &all = plugin ();
    if (!all.is_ready && !all.recorder->registers ().find ()) { std::_Exit (EXIT_FAILURE); }
    all.is_ready = true;
}

void ended (qemu_plugin_id_t /*id*/, void * /*data*/) {
    guarded ([] { plugin ().recorder->finish (); });
}
}  // namespace

// NOLINTBEGIN(readability-identifier-naming): QEMU looks for these names.
extern "C" {
[[gnu::visibility ("default")]] extern const int qemu_plugin_version = 4;

[[gnu::visibility ("default")]] auto qemu_plugin_install (qemu_plugin_id_t id, const void * /*machine*/, int count,
                                                          char **arguments) -> int {
    guarded ([&] {
        const auto told    = Arguments::parse ({arguments, static_cast<std::size_t> (count)});
        plugin ().recorder = std::make_unique<Recorder> (told.output, told.header, told.places);
    });
    qemu_plugin_register_vcpu_init_cb (id, started);
    qemu_plugin_register_vcpu_tb_trans_cb (id, translated);
    qemu_plugin_register_atexit_cb (id, ended, nullptr);
    return 0;
}
}
// NOLINTEND(readability-identifier-naming)
