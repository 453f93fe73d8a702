# larder::program in Conan's package: the command that larder_add_plugin(... CHECK) runs.
if(NOT TARGET larder::program)
  add_executable(larder::program IMPORTED)
  get_filename_component(_larder_program "${CMAKE_CURRENT_LIST_DIR}/../../../bin/larder" ABSOLUTE)
  set_target_properties(larder::program PROPERTIES IMPORTED_LOCATION "${_larder_program}" LARDER_CHECKS ON)
  unset(_larder_program)
endif()
