// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The words that threads share are those of the real machine, with its memory orders: they, and nothing of the
// simulator's, are what orders two threads.
#include "hyp/arm64/hal/ravelin_hal/shared.hpp"
