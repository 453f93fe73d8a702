# zstd::libzstd_shared or zstd::libzstd_static, from zstd's CMake package (Debian, Conan) or from the system's files.
find_package(zstd CONFIG QUIET)
if(TARGET zstd::libzstd_shared OR TARGET zstd::libzstd_static)
  set(zstd_FOUND TRUE)
  return()
endif()

find_path(zstd_INCLUDE_DIR zstd.h)
find_library(zstd_LIBRARY zstd)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(zstd REQUIRED_VARS zstd_LIBRARY zstd_INCLUDE_DIR)
if(zstd_FOUND)
  add_library(zstd::libzstd_shared UNKNOWN IMPORTED)
  set_target_properties(zstd::libzstd_shared PROPERTIES IMPORTED_LOCATION "${zstd_LIBRARY}"
                                                        INTERFACE_INCLUDE_DIRECTORIES "${zstd_INCLUDE_DIR}")
endif()
mark_as_advanced(zstd_INCLUDE_DIR zstd_LIBRARY)
