// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/descriptor.hpp"
#include "sim/trace/line_format.hpp"
#include "sim/trace/text_writer.hpp"
#include "sim/trace/words.hpp"
#include "tests/unit/trace/events.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace ravelin::sim::trace {
namespace {

constexpr std::string_view donate = "62500 0 trap cause=hvc vmid=0 vcpu=0 elr=0x40604970 esr=0x5a000000 x0=0xc6000013 "
                                    "x1=0x100 x2=0x40010000 x3=0x40810000 x4=0x1 x5=0x0 x6=0x0 x7=0x0";
constexpr std::string_view share  = "62500 0 trap cause=hvc vmid=2 vcpu=1 elr=0x40604970 esr=0x5a000000 x0=0xc6000003 "
                                    "x1=0x40000000 x2=0x0 x3=0x0 x4=0x0 x5=0x0 x6=0x0 x7=0x0";

TEST (TraceWords, name_calls_and_what_they_are_given) {
    EXPECT_EQ (title_of (parse_event (donate)), "hvc VM_DONATE");
    EXPECT_EQ (details_of (parse_event (donate)),
               "from host: vm=0x100 ipa=0x40010000 pa=0x40810000 pages=0x1 pc=0x40604970");
    EXPECT_EQ (title_of (parse_event (share)), "hvc SHARE") << "of a guest's, the number means this";
    EXPECT_EQ (details_of (parse_event (share)), "from VM 2 vCPU 1: ipa=0x40000000 pc=0x40604970");
}

TEST (TraceWords, name_what_a_guest_has_accessed) {
    const auto abort = parse_event ("1 0 trap cause=data-abort vmid=2 vcpu=0 elr=0x1000 esr=0x93800047 far=0xffff9008 "
                                    "ipa=0x9000008");
    EXPECT_EQ (title_of (abort), "data-abort");
    EXPECT_EQ (details_of (abort),
               "from VM 2 vCPU 0: write of 4 bytes at ipa=0x9000008 va=0xffff9008 status=0x7 pc=0x1000");
    const auto access = parse_event ("1 0 trap cause=register vmid=0 vcpu=0 elr=0x1000 esr=0x62300001");
    EXPECT_EQ (details_of (access), "from host: mrs s3_0_c0_c0_0 pc=0x1000");
}

TEST (TraceWords, name_what_descriptors_lead_to) {
    EXPECT_EQ (descriptor_words (0, 2), "invalid");
    EXPECT_EQ (descriptor_words (0x4040'0003, 2), "table 0x40400000");
    EXPECT_EQ (descriptor_words (0x4040'07fd, 2), "block 0x40400000 rwx");
    EXPECT_EQ (descriptor_words (0x4040'077f, 3), "page 0x40400000 r-x");
    const auto device = Stage2Format::attributes (Stage2Format::Kind::device) | 3;
    EXPECT_EQ (descriptor_words (0x900'0000 | device, 3), "page 0x9000000 rw- device");
}

TEST (TraceWords, name_statuses) {
    EXPECT_EQ (status_name (0), "SUCCESS");
    EXPECT_EQ (status_name (~std::uint64_t{0} - 6), "AGAIN");
    EXPECT_EQ (status_name (~std::uint64_t{0} - 7), "0xfffffffffffffff8");
}

TEST (TextWriter, prints_a_line_for_each_event_with_the_answer_to_a_call) {
    std::ostringstream out;
    TextWriter writer{out, test::header};
    for (const auto line :
         {donate, std::string_view{"62500 0 lock rank=vm"}, std::string_view{"62500 0 unlock rank=vm"},
          std::string_view{"62501 0 return vmid=0 vcpu=0 elr=0x40604974 x0=0xfffffffffffffffd x1=0x0 x2=0x0 x3=0x0 "
                           "x4=0x0"}}) {
        writer.take (parse_event (line));
    }
    EXPECT_EQ (out.str (),
               "# virt, 2 CPUs, seed 7\n"
               "#    seconds CPU event\n"
               "   0.001000000  0  hvc VM_DONATE            from host: vm=0x100 ipa=0x40010000 pa=0x40810000 pages=0x1 "
               "pc=0x40604970\n"
               "   0.001000000  0    lock vm\n"
               "   0.001000000  0    unlock vm\n"
               "   0.001000016  0  return DENIED            to host: x0=0xfffffffffffffffd x1=0x0 x2=0x0 x3=0x0 x4=0x0 "
               "pc=0x40604974\n");
}

}  // namespace
}  // namespace ravelin::sim::trace
