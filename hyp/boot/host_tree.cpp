// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/steps.hpp"

#include <libfdt.h>

namespace ravelin {

namespace {
/// A tree being edited. The first error of libfdt sticks and turns the rest into nothing.
class TreeEditor {
  public:
    explicit TreeEditor (std::span<std::byte> tree) : tree_{tree.data ()} {}

    [[nodiscard]] auto tree () const -> void * { return tree_; }
    [[nodiscard]] auto error () const -> int { return error_; }

    /// Remembers a failure of libfdt, whose results are negative then; hands on its result.
    auto check (int result) -> int {
        if (result < 0 && error_ == 0) { error_ = result; }
        return result;
    }

    /// The child @p name of @p parent, made if it isn't there.
    [[nodiscard]] auto child (int parent, const char *name) -> int {
        const int found = fdt_subnode_offset (tree_, parent, name);
        return found != -FDT_ERR_NOTFOUND ? check (found) : check (fdt_add_subnode (tree_, parent, name));
    }

    void set_text (int node, const char *property, const char *value) {
        if (error_ == 0) { check (fdt_setprop_string (tree_, node, property, value)); }
    }

  private:
    void *tree_;
    int error_{};
};

/// [Devicetree Specification, 3.5: /reserved-memory]
void reserve_own_memory (TreeEditor &editor, std::span<const PaRange> own) {
    void *tree         = editor.tree ();
    const int reserved = editor.child (0, "reserved-memory");
    if (editor.error () != 0) { return; }
    if (fdt_getprop (tree, reserved, "ranges", nullptr) == nullptr) {
        editor.check (fdt_setprop_u32 (tree, reserved, "#address-cells",
                                       static_cast<std::uint32_t> (fdt_address_cells (tree, 0))));
        editor.check (
            fdt_setprop_u32 (tree, reserved, "#size-cells", static_cast<std::uint32_t> (fdt_size_cells (tree, 0))));
        editor.check (fdt_setprop_empty (tree, reserved, "ranges"));
    }
    const int node = editor.child (reserved, "ravelin");
    if (editor.error () != 0) { return; }
    for (const PaRange &part : own) {
        editor.check (fdt_appendprop_addrrange (tree, reserved, node, "reg", part.start.value (), part.size));
    }
    editor.check (fdt_setprop_empty (tree, node, "no-map"));
}

/// Cores wait in Ravelin, not at the firmware's spin table any more.  [Linux, Documentation: arm/psci.yaml]
void offer_psci (TreeEditor &editor) {
    void *tree     = editor.tree ();
    const int psci = editor.child (0, "psci");
    editor.set_text (psci, "compatible", "arm,psci-1.0");
    editor.set_text (psci, "method", "hvc");

    constexpr char cpu_type[] = "cpu";
    int node                  = -1;
    while (editor.error () == 0 &&
           (node = fdt_node_offset_by_prop_value (tree, node, "device_type", cpu_type, sizeof cpu_type)) >= 0) {
        editor.set_text (node, "enable-method", "psci");
        const int removed = fdt_delprop (tree, node, "cpu-release-addr");
        editor.check (removed == -FDT_ERR_NOTFOUND ? 0 : removed);
    }
}
}  // namespace

auto write_host_tree (std::span<std::byte> slot, std::span<const std::byte> firmware, const Platform &platform,
                      std::span<const PaRange> own) -> Booted<void> {
    TreeEditor editor{slot};
    editor.check (fdt_open_into (firmware.data (), slot.data (), static_cast<int> (firmware.size () + tree_growth)));
    if (editor.error () == 0) {
        reserve_own_memory (editor, own);
        for (const PaRange &range : platform.board->reserved) {
            editor.check (fdt_add_mem_rsv (editor.tree (), range.start.value (), range.size));
        }
        for (const std::string_view path : platform.board->hidden) {
            const int node = fdt_path_offset_namelen (editor.tree (), path.data (), static_cast<int> (path.size ()));
            if (node >= 0) { editor.set_text (node, "status", "disabled"); }
        }
        if (platform.board->power == PowerControl::bcm2711_park) { offer_psci (editor); }
    }
    if (editor.error () != 0) {
        return give_up ("the host's device tree can't be written; libfdt says minus",
                        static_cast<std::uint64_t> (-editor.error ()));
    }
    return {};
}

}  // namespace ravelin
