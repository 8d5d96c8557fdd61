// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/output_file.hpp"

#include <ios>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::trace {

OutputFile::OutputFile (std::string name) : name_{std::move (name)}, stream_{name_, std::ios::binary} {
    if (!stream_) { throw std::runtime_error{"cannot write " + name_}; }
}

void OutputFile::finish () {
    if (!stream_.flush ()) { throw std::runtime_error{"cannot write all of " + name_}; }
}

}  // namespace ravelin::sim::trace
