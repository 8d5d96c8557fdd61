// SPDX-License-Identifier: BSD-2-Clause
#include "tools/sign/inspect.hpp"

#include "hyp/firmware/hash.hpp"
#include "hyp/firmware/manifest.hpp"

#include <algorithm>
#include <cstring>
#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>

namespace ravelin::sign {

namespace {
[[nodiscard]] auto hex (std::span<const std::uint8_t> bytes) -> std::string {
    std::ostringstream text;
    text << std::hex << std::setfill ('0');
    for (const std::uint8_t byte : bytes) {
        text << std::setw (2) << unsigned{byte};
    }
    return text.str ();
}

/// Prints the lines of a report, and remembers whether all was well.
class Report {
  public:
    explicit Report (std::ostream &out) : out_{out} {}

    void line (std::string_view name, std::string_view text) {
        out_ << std::left << std::setw (13) << name << text << '\n';
    }

    void verdict (std::string_view name, bool good, std::string_view otherwise) {
        line (name, good ? "good" : otherwise);
        good_ = good_ && good;
    }

    [[nodiscard]] auto good () const -> bool { return good_; }

  private:
    std::ostream &out_;
    bool good_{true};
};

[[nodiscard]] auto part (std::span<const std::byte> file, IpaRange range) -> std::span<const std::byte> {
    const IpaRange whole{Ipa{0}, file.size ()};
    return whole.contains (range) ? file.subspan (range.start.value (), range.size) : std::span<const std::byte>{};
}

void judge_part (Report &report, std::string_view name, std::span<const std::byte> file, IpaRange range,
                 std::span<const std::uint8_t> expected) {
    std::ostringstream text;
    text << range.size << " bytes at 0x" << std::hex << range.start.value () << ", SHA-256 " << hex (expected);
    report.line (name, text.str ());
    report.verdict ("", std::ranges::equal (expected, firmware::hash_of (part (file, range))), "NOT what was signed");
}

void judge_signature (Report &report, std::span<const std::byte> file, const std::optional<Key> &key) {
    if (!key) {
        report.line ("signature", "not judged: give its key with --key");
        return;
    }
    const auto manifest =
        firmware::read_manifest (file.first (sizeof (ravelin_manifest)), {.key = key->point, .generation = 0});
    const bool other = !manifest && manifest.error () == RAVELIN_REFUSED_KEY;
    report.verdict ("signature", manifest.has_value (), other ? "by ANOTHER key" : "NOT this manifest's");
}
}  // namespace

auto inspect (std::span<const std::byte> file, const std::optional<Key> &key, std::ostream &out) -> bool {
    ravelin_manifest manifest{};
    if (file.size () >= sizeof manifest) { std::memcpy (&manifest, file.data (), sizeof manifest); }
    Report report{out};
    if (manifest.magic != RAVELIN_MANIFEST_MAGIC || manifest.format != RAVELIN_MANIFEST_FORMAT) {
        report.verdict ("manifest", false, "NONE: this is no file that tools/sign-image made");
        return false;
    }
    const auto image = firmware::SignedImage::at (Ipa{0}, manifest);
    const std::string_view line{manifest.command_line, sizeof manifest.command_line};
    report.line ("key", hex (manifest.key));
    report.line ("generation", std::to_string (manifest.generation));
    report.line ("command line", line.substr (0, line.find ('\0')));
    judge_part (report, "kernel", file, image.kernel, manifest.kernel_hash);
    judge_part (report, "initramfs", file, image.initramfs, manifest.initramfs_hash);
    report.verdict ("end", std::ranges::equal (part (file, image.end), std::as_bytes (std::span{RAVELIN_IMAGE_END})),
                    "NOT where it should be: the file is truncated");
    judge_signature (report, file, key);
    return report.good ();
}

}  // namespace ravelin::sign
