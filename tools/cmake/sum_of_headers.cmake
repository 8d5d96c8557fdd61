# SPDX-License-Identifier: BSD-2-Clause
# cmake -D SOURCES=DIR -D SUM=FILE -P sum_of_headers.cmake
#
# Writes what tells any version of the headers of ours that a precompiled header may have read from all others.

file (GLOB_RECURSE headers ${SOURCES}/hyp/*.h ${SOURCES}/hyp/*.hpp ${SOURCES}/sim/*.hpp ${SOURCES}/tests/unit/precompiled.cpp)
set (sums "")
foreach (header ${headers})
    file (SHA256 ${header} sum)
    string (APPEND sums "${sum}\n")
endforeach ()
string (SHA256 sum "${sums}")
file (WRITE ${SUM} "${sum}\n")
