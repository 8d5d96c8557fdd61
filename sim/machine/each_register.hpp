// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <utility>

namespace ravelin::sim {

/// Calls @p function with each register of @p List, an array, as its template argument.
template <const auto &List, class Function>
void for_each_register (Function &&function) {
    [&]<std::size_t... I> (std::index_sequence<I...>) {
        (function.template operator()<List[I]> (), ...);
    }(std::make_index_sequence<List.size ()>{});
}

}  // namespace ravelin::sim
