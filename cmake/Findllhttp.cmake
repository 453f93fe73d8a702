# llhttp::llhttp: from a CMake package (Conan, Debian 13), or from the C sources that Debian 12's node-llhttp installs. The
# latter is an object library, which becomes part of the library that links it, so an installed archive needs no llhttp.
find_package(llhttp CONFIG QUIET)
if(TARGET llhttp::llhttp_shared AND NOT TARGET llhttp::llhttp)
  add_library(llhttp::llhttp ALIAS llhttp::llhttp_shared)
endif()
if(TARGET llhttp::llhttp)
  set(llhttp_FOUND TRUE)
  return()
endif()

# Debian 12 has the header in an include folder under /usr/share, too.
find_path(llhttp_INCLUDE_DIR llhttp.h PATH_SUFFIXES llhttp PATHS /usr/share/include)
find_path(llhttp_SOURCE_DIR llhttp.c PATHS /usr/share/llhttp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(llhttp REQUIRED_VARS llhttp_SOURCE_DIR llhttp_INCLUDE_DIR)
if(llhttp_FOUND)
  add_library(larder_llhttp OBJECT "${llhttp_SOURCE_DIR}/api.c" "${llhttp_SOURCE_DIR}/http.c"
                                   "${llhttp_SOURCE_DIR}/llhttp.c")
  add_library(llhttp::llhttp ALIAS larder_llhttp)
  target_include_directories(larder_llhttp SYSTEM PUBLIC "${llhttp_INCLUDE_DIR}")
  # Version 8 is lenient without it. Later ones have no other mode.
  target_compile_definitions(larder_llhttp PRIVATE LLHTTP_STRICT_MODE=1)
  target_compile_options(larder_llhttp PRIVATE -w)  # third-party code
  set_target_properties(larder_llhttp PROPERTIES UNITY_BUILD OFF)  # its files use the same names
endif()
mark_as_advanced(llhttp_INCLUDE_DIR llhttp_SOURCE_DIR)
