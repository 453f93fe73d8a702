# libpqxx::pqxx, from a CMake package (Conan, libpqxx >= 7) or from the system's files: Debian 12 ships none.
find_package(libpqxx CONFIG QUIET)
if(TARGET libpqxx::pqxx)
  set(libpqxx_FOUND TRUE)
  return()
endif()

find_path(libpqxx_INCLUDE_DIR pqxx/pqxx)
find_library(libpqxx_LIBRARY pqxx)
find_library(libpq_LIBRARY pq)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libpqxx REQUIRED_VARS libpqxx_LIBRARY libpq_LIBRARY libpqxx_INCLUDE_DIR)
if(libpqxx_FOUND AND NOT TARGET libpqxx::pqxx)
  add_library(libpqxx::pqxx UNKNOWN IMPORTED)
  set_target_properties(
    libpqxx::pqxx PROPERTIES IMPORTED_LOCATION "${libpqxx_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES
                                                                   "${libpqxx_INCLUDE_DIR}"
                             INTERFACE_LINK_LIBRARIES "${libpq_LIBRARY}")
endif()
mark_as_advanced(libpqxx_INCLUDE_DIR libpqxx_LIBRARY libpq_LIBRARY)
