# Defaults of all targets: the language standard, output folders, and the warnings as a target.
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
  set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
endif()

# The program searches this folder, relative to its own.
set(LARDER_PLUGIN_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/larder/plugins")

find_package(Threads REQUIRED)

# Every target of the tree links this PRIVATE, so users of the package do not inherit it.
add_library(larder_warnings INTERFACE)
target_compile_options(
  larder_warnings
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef
            $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast> $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
            $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>)
# At -O3, gcc 12 mistakes "text" + std::string for overlapping copies (its bug 105651, fixed in 13).
target_compile_options(
  larder_warnings
  INTERFACE $<$<AND:$<CONFIG:Release>,$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
# Off unless one of the project's presets enables it: another compiler or optimization level may have new
# warnings.
option(LARDER_WARNINGS_AS_ERRORS "Fail on warnings" OFF)
if(LARDER_WARNINGS_AS_ERRORS)
  target_compile_options(larder_warnings INTERFACE -Werror)
endif()

# For the targets of a folder and its subfolders: in a unity build, gcc mistakes the files' anonymous namespaces for those of
# a header.
function(larder_quiet_unity)
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endfunction()
if(CMAKE_UNITY_BUILD)
  larder_quiet_unity()
endif()

# ASan+UBSan or TSan for the whole tree; the presets set it.
set(LARDER_SANITIZE "" CACHE STRING "Sanitizers for all targets, as for -fsanitize=")
if(LARDER_SANITIZE)
  add_compile_options(-fsanitize=${LARDER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LARDER_SANITIZE})
  # gcc: with sanitizers these warnings have false positives, as its manual says.
  target_compile_options(larder_warnings INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-array-bounds>")
endif()

# larder_sanitize_unoptimised(TARGET): for large targets that no request runs. With sanitizers, optimization takes most of
# their compile time.
function(larder_sanitize_unoptimised target)
  if(LARDER_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
