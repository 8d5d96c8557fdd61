# SPDX-License-Identifier: BSD-2-Clause
# ccache, if it's there: copies of these sources, to which patches are applied, take what was compiled for this build.
# For that nothing of where either lies may be in a command: paths are made relative to the sources, and a program that has
# to know one is told by a definition of the one file that uses it. What counts lines has to know where they are: that build
# takes nothing from others. Debug information names the tree in which something was compiled first. A precompiled header
# has absolute paths in it, whatever is done: ccache knows it by a file beside it (see RavelinPrecompiled).
# What a file includes ccache learns from the compiler (depend mode): it would read all of it once more before it compiles.

find_program (RAVELIN_CCACHE ccache)
if (RAVELIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT RAVELIN_COVERAGE)
    set (ravelin_launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_DEPEND=1
        CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=1 ${RAVELIN_CCACHE})
    set (CMAKE_C_COMPILER_LAUNCHER ${ravelin_launcher})
    set (CMAKE_CXX_COMPILER_LAUNCHER ${ravelin_launcher})
endif ()
