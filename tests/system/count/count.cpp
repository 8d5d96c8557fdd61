// SPDX-License-Identifier: BSD-2-Clause

// A plugin for QEMU that counts executed instructions, inside one range of virtual addresses and elsewhere;
// and elsewhere's hypervisor and secure monitor calls, by function number. EL2 runs at its physical
// addresses, where no other code ever is.
//
//     -plugin libravelin_count.so,low=ADDRESS,high=ADDRESS,output=FILE
//
// One plain callback for each instruction is exact: a block may end early, by a fault or by an access to a
// device. Counters that QEMU itself keeps for each CPU make it crash with several CPUs under -icount, where
// moreover the CPU that a callback is told is the one for which the block was translated (QEMU 10.0): nothing
// is counted by CPU.

#include "sim/replay/recorder/find_register.hpp"
#include "sim/replay/recorder/plugin_api.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace {
// HVC and SMC; the mask leaves out their operand.  [ARM DDI 0487, C6.2.95, C6.2.264]
constexpr std::uint32_t call_mask = 0xffe0'001f;
constexpr std::uint32_t hvc_code  = 0xd400'0002;
constexpr std::uint32_t smc_code  = 0xd400'0003;

struct Call {
    const char *instruction;
    std::map<std::uint32_t, std::uint64_t> functions;  // how often each W0
};

/// What is counted, and where the counts go.
struct Counts {
    std::uint64_t low{};
    std::uint64_t high{};
    std::string output;
    std::uint64_t inside{};
    std::uint64_t elsewhere{};
    Call hvc{.instruction = "hvc", .functions = {}};
    Call smc{.instruction = "smc", .functions = {}};
    qemu_plugin_register *x0{};
    GByteArray *value{g_byte_array_new ()};
};

/// Never destroyed: QEMU calls ended() after the destructors of what is static.
[[nodiscard]] auto counts () -> Counts & {
    static auto &all = *new Counts;
    return all;
}

void executed (unsigned /*cpu*/, void *counter) {
    ++*static_cast<std::uint64_t *> (counter);
}

void called (unsigned /*cpu*/, void *call) {
    auto &all = counts ();
    g_byte_array_set_size (all.value, 0);
    std::uint32_t function = 0;
    if (qemu_plugin_read_register (all.x0, all.value) >= static_cast<int> (sizeof function)) {
        std::memcpy (&function, all.value->data, sizeof function);
    }
    ++static_cast<Call *> (call)->functions[function];
}

void watch_for_calls (qemu_plugin_insn *instruction) {
    std::uint32_t code = 0;
    qemu_plugin_insn_data (instruction, &code, sizeof code);
    if ((code & call_mask) == hvc_code || (code & call_mask) == smc_code) {
        auto &call = (code & call_mask) == hvc_code ? counts ().hvc : counts ().smc;
        qemu_plugin_register_vcpu_insn_exec_cb (instruction, called, QEMU_PLUGIN_CB_R_REGS, &call);
    }
}

void translated (qemu_plugin_id_t /*id*/, qemu_plugin_tb *block) {
    auto &all       = counts ();
    const auto size = qemu_plugin_tb_n_insns (block);
    for (std::size_t i = 0; i < size; ++i) {
        auto *instruction  = qemu_plugin_tb_get_insn (block, i);
        const auto address = qemu_plugin_insn_vaddr (instruction);
        const bool inside  = address >= all.low && address < all.high;
        qemu_plugin_register_vcpu_insn_exec_cb (instruction, executed, QEMU_PLUGIN_CB_NO_REGS,
                                                inside ? &all.inside : &all.elsewhere);
        if (!inside) { watch_for_calls (instruction); }
    }
}

/// A CPU exists: it tells how to get at X0.
void started (qemu_plugin_id_t /*id*/, unsigned /*cpu*/) {
    counts ().x0 = find_register ("x0");
}

void print (std::FILE *file, const Call &call) {
    for (const auto &[function, times] : call.functions) {
        std::fprintf (file, "%s 0x%08x %llu\n", call.instruction, function, static_cast<unsigned long long> (times));
    }
}

void ended (qemu_plugin_id_t /*id*/, void * /*data*/) {
    const auto &all = counts ();
    auto *file      = std::fopen (all.output.c_str (), "w");
    if (file == nullptr) {
        std::fprintf (stderr, "count: cannot write %s\n", all.output.c_str ());
        return;
    }
    std::fprintf (file, "inside %llu\nelsewhere %llu\n", static_cast<unsigned long long> (all.inside),
                  static_cast<unsigned long long> (all.elsewhere));
    print (file, all.hvc);
    print (file, all.smc);
    std::fclose (file);
}

[[nodiscard]] auto take_argument (std::string_view argument) -> bool {
    auto &all         = counts ();
    const auto equals = argument.find ('=');
    if (equals == std::string_view::npos) { return false; }
    const auto name = argument.substr (0, equals);
    const std::string value{argument.substr (equals + 1)};
    if (name == "low") {
        all.low = std::strtoull (value.c_str (), nullptr, 0);
    } else if (name == "high") {
        all.high = std::strtoull (value.c_str (), nullptr, 0);
    } else if (name == "output") {
        all.output = value;
    } else {
        return false;
    }
    return true;
}
}  // namespace

// NOLINTBEGIN(readability-identifier-naming): QEMU chose the names.
extern "C" {
[[gnu::visibility ("default")]] extern const int qemu_plugin_version = 4;

[[gnu::visibility ("default")]] auto qemu_plugin_install (qemu_plugin_id_t id, const void * /*machine*/, int count,
                                                          char **arguments) -> int {
    for (int i = 0; i < count; ++i) {
        if (!take_argument (arguments[i])) {
            std::fprintf (stderr, "count: unknown argument %s\n", arguments[i]);
            return 1;
        }
    }
    if (counts ().output.empty ()) {
        std::fputs ("count: output=FILE is missing\n", stderr);
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb (id, started);
    qemu_plugin_register_vcpu_tb_trans_cb (id, translated);
    qemu_plugin_register_atexit_cb (id, ended, nullptr);
    return 0;
}
}
// NOLINTEND(readability-identifier-naming)
