// SPDX-License-Identifier: BSD-2-Clause

// A plugin for QEMU that counts executed instructions by exception level, from the Nth time that one address is
// executed to the first time, after that, that another is; each at the level that's given.
//
//     -plugin libravelin_span.so,begin=ADDRESS,begin_level=EL,nth=N,end=ADDRESS,end_level=EL,output=FILE
//
// Blocks of different levels are translated apart, and the level is known when one is.

#include "sim/replay/recorder/find_register.hpp"
#include "sim/replay/recorder/plugin_api.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {
constexpr std::size_t levels = 4;
using Counters               = std::array<std::uint64_t, levels>;

struct Place {
    std::uint64_t address{};
    std::uint64_t level{};
};

/// What is counted, and where the counts go.
struct Span {
    Place begin;
    Place end;
    std::uint64_t nth{1};
    std::string output;
    std::uint64_t begins{};  // how often it began
    Counters executed{};     // since QEMU started
    Counters at_begin{};
    Counters at_end{};
    bool has_ended{};
    qemu_plugin_register *pstate{};
    GByteArray *value{g_byte_array_new ()};
};

/// Never destroyed: QEMU calls ended() after the destructors of what is static.
[[nodiscard]] auto span () -> Span & {
    static auto &all = *new Span;
    return all;
}

void executed (unsigned /*cpu*/, void *counter) {
    ++*static_cast<std::uint64_t *> (counter);
}

void began (unsigned /*cpu*/, void * /*data*/) {
    auto &all = span ();
    if (++all.begins == all.nth) { all.at_begin = all.executed; }
}

void came_to_end (unsigned /*cpu*/, void * /*data*/) {
    auto &all = span ();
    if (all.begins < all.nth || all.has_ended) { return; }
    all.at_end    = all.executed;
    all.has_ended = true;
}

/// The exception level of the CPU that translates.  [ARM DDI 0487, C5.2.1]
[[nodiscard]] auto level () -> std::size_t {
    auto &all = span ();
    g_byte_array_set_size (all.value, 0);
    if (all.pstate == nullptr || qemu_plugin_read_register (all.pstate, all.value) < 1) {
        std::fprintf (stderr, "span: PSTATE can't be read\n");
        std::abort ();
    }
    return all.value->data[0] >> 2U & 3U;
}

void translated (qemu_plugin_id_t /*id*/, qemu_plugin_tb *block) {
    auto &all        = span ();
    const auto at    = level ();
    const auto size  = qemu_plugin_tb_n_insns (block);
    const auto is_at = [&] (const Place &place, std::uint64_t address) {
        return place.address == address && place.level == at;
    };
    for (std::size_t i = 0; i < size; ++i) {
        auto *instruction  = qemu_plugin_tb_get_insn (block, i);
        const auto address = qemu_plugin_insn_vaddr (instruction);
        if (is_at (all.begin, address)) {
            qemu_plugin_register_vcpu_insn_exec_cb (instruction, began, QEMU_PLUGIN_CB_NO_REGS, nullptr);
        }
        if (is_at (all.end, address)) {
            qemu_plugin_register_vcpu_insn_exec_cb (instruction, came_to_end, QEMU_PLUGIN_CB_NO_REGS, nullptr);
        }
        qemu_plugin_register_vcpu_insn_exec_cb (instruction, executed, QEMU_PLUGIN_CB_NO_REGS, &all.executed[at]);
    }
}

/// A CPU exists: it tells how to get at PSTATE.
void started (qemu_plugin_id_t /*id*/, unsigned /*cpu*/) {
    span ().pstate = find_register ("cpsr");
}

void ended (qemu_plugin_id_t /*id*/, void * /*data*/) {
    const auto &all = span ();
    auto *file      = std::fopen (all.output.c_str (), "w");
    if (file == nullptr) {
        std::fprintf (stderr, "span: cannot write %s\n", all.output.c_str ());
        return;
    }
    std::fprintf (file, "begins %llu\nended %d\n", static_cast<unsigned long long> (all.begins), all.has_ended ? 1 : 0);
    for (std::size_t i = 0; i < levels; ++i) {
        std::fprintf (file, "EL%zu %llu\n", i, static_cast<unsigned long long> (all.at_end[i] - all.at_begin[i]));
    }
    std::fclose (file);
}
}  // namespace

// NOLINTBEGIN(readability-identifier-naming): QEMU looks for these names.
extern "C" {
[[gnu::visibility ("default")]] extern const int qemu_plugin_version = 4;

[[gnu::visibility ("default")]] auto qemu_plugin_install (qemu_plugin_id_t id, const void * /*info*/, int count,
                                                          char **arguments) -> int {
    auto &all = span ();
    const std::map<std::string_view, std::uint64_t *> numbers{{"begin", &all.begin.address},
                                                              {"begin_level", &all.begin.level},
                                                              {"nth", &all.nth},
                                                              {"end", &all.end.address},
                                                              {"end_level", &all.end.level}};
    for (int i = 0; i < count; ++i) {
        const std::string_view argument{arguments[i]};
        const auto equals = argument.find ('=');
        const auto name   = argument.substr (0, equals);
        const auto *value = equals == std::string_view::npos ? "" : arguments[i] + equals + 1;
        if (const auto found = numbers.find (name); found != numbers.end ()) {
            *found->second = std::strtoull (value, nullptr, 0);
        } else if (name == "output") {
            all.output = value;
        } else {
            std::fprintf (stderr, "span: unknown argument '%s'\n", arguments[i]);
            return 1;
        }
    }
    if (all.output.empty ()) {
        std::fprintf (stderr, "span: output=FILE is missing\n");
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb (id, started);
    qemu_plugin_register_vcpu_tb_trans_cb (id, translated);
    qemu_plugin_register_atexit_cb (id, ended, nullptr);
    return 0;
}
}
// NOLINTEND(readability-identifier-naming)
