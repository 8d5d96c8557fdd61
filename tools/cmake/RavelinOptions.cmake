# SPDX-License-Identifier: BSD-2-Clause
# Compiler options, one interface target for each kind of program.

add_library (ravelin_warnings INTERFACE)
target_compile_options (ravelin_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra -Werror -Wshadow -Wconversion -Wimplicit-fallthrough>
    $<$<COMPILE_LANGUAGE:CXX>:-Wthread-safety -Wthread-safety-beta>)

# What runs on this machine: the host library, the simulator, tests.
add_library (ravelin_options INTERFACE)
add_library (Ravelin::options ALIAS ravelin_options)
target_link_libraries (ravelin_options INTERFACE $<BUILD_INTERFACE:ravelin_warnings>)
target_compile_features (ravelin_options INTERFACE cxx_std_23)
separate_arguments (flags_of_c UNIX_COMMAND "${RAVELIN_CFLAGS}")
separate_arguments (flags_of_cxx UNIX_COMMAND "${RAVELIN_CXXFLAGS}")
target_compile_options (ravelin_options INTERFACE
    "$<$<COMPILE_LANGUAGE:C>:${flags_of_c}>" "$<$<COMPILE_LANGUAGE:CXX>:${flags_of_cxx}>")
target_link_options (ravelin_options INTERFACE ${flags_of_cxx})
# What is optimised has few variables to show, and describing them takes a compiler a fifth longer. The preset debug has them.
target_compile_options (ravelin_options INTERFACE $<BUILD_INTERFACE:$<$<CONFIG:RelWithDebInfo>:-g1>>)
if (RAVELIN_SANITIZE)
    target_compile_options (ravelin_options INTERFACE
        -fsanitize=${RAVELIN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options (ravelin_options INTERFACE -fsanitize=${RAVELIN_SANITIZE})
endif ()
if (RAVELIN_RACES_ON_THREADS)
    target_compile_definitions (ravelin_options INTERFACE RAVELIN_RACES_ON_THREADS=1)
    target_compile_options (ravelin_options INTERFACE
        -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/thread_sanitizer_ignores.txt)
endif ()
if (RAVELIN_COVERAGE)
    target_compile_options (ravelin_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
    target_link_options (ravelin_options INTERFACE -fprofile-instr-generate)
endif ()

# What includes the simulator; apart from its library, which reads such a header itself.
add_library (ravelin_sim_options INTERFACE)
target_link_libraries (ravelin_sim_options INTERFACE ravelin_options Boost::context)
target_include_directories (ravelin_sim_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/sim/hal)

# What runs at EL2 of a real machine: no C library, no floating point, no unaligned access while the MMU is off.
add_library (ravelin_el2_options INTERFACE)
target_link_libraries (ravelin_el2_options INTERFACE ravelin_warnings)
target_compile_options (ravelin_el2_options INTERFACE
    --target=aarch64-linux-gnu -mcpu=cortex-a72 -mgeneral-regs-only -mstrict-align -mno-outline-atomics
    -fomit-frame-pointer -fPIE -fvisibility=hidden -fdirect-access-external-data -fno-stack-protector
    -fno-asynchronous-unwind-tables -O2 -g
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti -fno-threadsafe-statics -DNDEBUG>)
target_link_options (ravelin_el2_options INTERFACE
    --target=aarch64-linux-gnu -fuse-ld=lld -nostdlib -pie
    -Wl,--no-dynamic-linker -Wl,-z,norelro -Wl,-z,text -Wl,--build-id=none)
