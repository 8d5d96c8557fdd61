// SPDX-License-Identifier: BSD-2-Clause
// What most unit tests include, which is read once for all of them: half of what compiling one takes. A test includes
// what it uses nevertheless.
#include "sim/check/spec_checker.hpp"
#include "sim/machine/machine.hpp"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <ranges>
#include <set>
#include <sstream>
