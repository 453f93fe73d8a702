# libmemcached::libmemcached, from a CMake package (Conan) or from the system's files: Debian 12 ships none.
find_package(libmemcached CONFIG QUIET)
if(TARGET libmemcached::libmemcached)
  set(libmemcached_FOUND TRUE)
  return()
endif()

find_path(libmemcached_INCLUDE_DIR libmemcached/memcached.h)
find_library(libmemcached_LIBRARY memcached)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libmemcached REQUIRED_VARS libmemcached_LIBRARY libmemcached_INCLUDE_DIR)
if(libmemcached_FOUND AND NOT TARGET libmemcached::libmemcached)
  add_library(libmemcached::libmemcached UNKNOWN IMPORTED)
  set_target_properties(
    libmemcached::libmemcached PROPERTIES IMPORTED_LOCATION "${libmemcached_LIBRARY}"
                                          INTERFACE_INCLUDE_DIRECTORIES "${libmemcached_INCLUDE_DIR}")
endif()
mark_as_advanced(libmemcached_INCLUDE_DIR libmemcached_LIBRARY)
