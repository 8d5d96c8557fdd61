// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <fstream>
#include <string>

namespace ravelin::sim::trace {

/// A file that is written from its beginning, of which nothing may be lost unseen.
class OutputFile {
  public:
    /// Throws std::runtime_error, which names the file, if it can't be written.
    explicit OutputFile (std::string name);

    [[nodiscard]] auto stream () -> std::ostream & { return stream_; }

    /// Throws std::runtime_error, which names the file, if not all that the stream was given is there.
    void finish ();

  private:
    std::string name_;
    std::ofstream stream_;
};

}  // namespace ravelin::sim::trace
