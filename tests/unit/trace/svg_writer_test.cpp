// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/svg_writer.hpp"
#include "tests/unit/trace/events.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace ravelin::sim::trace {
namespace {

[[nodiscard]] auto drawn (const std::vector<std::string> &lines, SvgRow::Span span) -> std::string {
    SvgWriter writer{test::header, span};
    for (const std::string &line : lines) {
        writer.take (parse_event (line));
    }
    std::ostringstream out;
    writer.write (out);
    return out.str ();
}

const std::vector<std::string> one_trap{
    "10 0 return vmid=1 vcpu=0 elr=0x0 x0=0x0 x1=0x0 x2=0x0 x3=0x0 x4=0x0",
    "20 0 trap cause=wait vmid=1 vcpu=0 elr=0x0",
    "20 0 lock rank=memory",
    "20 0 tlbi op=vmalls12e1is vmid=1",
    "20 0 unlock rank=memory",
    "20 0 return vmid=0 vcpu=0 elr=0x0 x0=0x0 x1=0x0 x2=0x0 x3=0x0 x4=0x0",
    "30 0 end",
};

TEST (SvgWriter, has_rows_for_cpus_traps_locks_tlbis_and_vcpus) {
    const auto picture = drawn (one_trap, {0, 480});
    for (const auto *const row :
         {">CPU 0<", ">CPU 0 trap<", ">CPU 0 lock<", ">CPU 0 TLBI<", ">CPU 1<", ">VM 1 vCPU 0<"}) {
        EXPECT_NE (picture.find (row), std::string::npos) << row;
    }
    for (const auto *const box :
         {"<title>VM 1 vCPU 0</title>", "<title>lock memory</title>", "<title>tlbi vmalls12e1is vmid=1</title>",
          "<title>host</title>", "<title>wait from VM 1 vCPU 0: pc=0x0, return to host:"}) {
        EXPECT_NE (picture.find (box), std::string::npos) << box;
    }
}

TEST (SvgWriter, draws_what_is_asked_for_where_it_was) {
    // VM 1 runs from 160 ns to 320 ns: in a picture of 240 ns to 400 ns it's in the left half.
    const auto picture = drawn (one_trap, {240, 400});
    EXPECT_NE (picture.find ("<rect x=\"120.0\" y=\"1.0\" width=\"740.0\""), std::string::npos) << picture;
    EXPECT_EQ (drawn (one_trap, {1000, 2000}).find ("<title>lock"), std::string::npos);
}

TEST (SvgWriter, is_no_larger_for_more_events) {
    constexpr int events = 100'000;
    std::vector<std::string> lines;
    lines.reserve (events);
    for (int i = 0; i < events; ++i) {
        lines.push_back (std::to_string (i) + " 0 tlbi op=alle1 vmid=0");
    }
    EXPECT_LT (drawn (lines, {0, 1'600'000}).size (), 1'000'000U);
}

TEST (SvgWriter, is_xml_whatever_a_text_has) {
    EXPECT_EQ (xml_of ("a -> b & \"c\" <d>"), "a -&gt; b &amp; &quot;c&quot; &lt;d&gt;");
}

}  // namespace
}  // namespace ravelin::sim::trace
