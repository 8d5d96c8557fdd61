# SPDX-License-Identifier: BSD-2-Clause
# Headers that many files include, read once for all of them: that is more than half of what compiling one takes.
#
# Not by target_precompile_headers: nothing in a command may depend on where the tree lies (see RavelinCompilerCache).
# ccache knows such a header by FILE.sum beside it, which is of the text that the compiler has read.

# ravelin_precompiled (NAME SOURCE LIBRARY...): what SOURCE includes, for targets that are compiled as these libraries say.
function (ravelin_precompiled name source)
    foreach (library ${name} ${name}_text)
        add_library (${library} OBJECT ${source})
        target_link_libraries (${library} PRIVATE ${ARGN})
        set_target_properties (${library} PROPERTIES CXX_COMPILER_LAUNCHER "" EXPORT_COMPILE_COMMANDS OFF)
    endforeach ()
    target_compile_options (${name} PRIVATE
        "SHELL:-x c++-header" "SHELL:-Xclang -fno-pch-timestamp" -fpch-instantiate-templates)
    target_compile_options (${name}_text PRIVATE -E -dD -P)

    cmake_path (RELATIVE_PATH CMAKE_CURRENT_BINARY_DIR BASE_DIRECTORY ${CMAKE_BINARY_DIR} OUTPUT_VARIABLE here)
    set (object CMakeFiles/${name}.dir/${source})
    set (text CMakeFiles/${name}_text.dir/${source}.o)
    # By its name ccache knows what it is, wherever it meets it.
    add_custom_command (OUTPUT ${object}.pch ${object}.pch.sum DEPENDS $<TARGET_OBJECTS:${name}> $<TARGET_OBJECTS:${name}_text>
        COMMAND ${CMAKE_COMMAND} -E copy ${object}.o ${object}.pch
        COMMAND ${CMAKE_COMMAND} -E sha256sum ${text} >${object}.pch.sum
        WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
    add_custom_target (${name}_sum DEPENDS ${object}.pch ${object}.pch.sum)
    set_target_properties (${name} PROPERTIES RAVELIN_PRECOMPILED ${here}/${object}.pch)
endfunction ()

# ravelin_use_precompiled (NAME TARGET...): these targets read it, but those that have RAVELIN_READS_ALL_HEADERS: clang takes no
# header into what is instrumented in another way.
function (ravelin_use_precompiled name)
    get_target_property (object ${name} RAVELIN_PRECOMPILED)
    foreach (target IN LISTS ARGN)
        target_compile_options (${target} PRIVATE
            "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:$<BOOL:$<TARGET_PROPERTY:RAVELIN_READS_ALL_HEADERS>>>>:SHELL:-include-pch ${object}>")
        add_dependencies (${target} ${name}_sum)
    endforeach ()
endfunction ()
