// SPDX-License-Identifier: BSD-2-Clause
// What most files of the specification include. A file includes what it uses nevertheless: tools/lint reads each of
// them without this.
#include "sim/spec/specification.hpp"

#include <algorithm>
#include <ranges>
