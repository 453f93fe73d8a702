# larder_add_plugin(NAME SOURCES a.cpp ... [LINK library ...] [CHECK [argument ...]])
#
# One backend plugin, NAME.so: links the SDK's headers, hides every symbol except the entry point, and leaves no
# symbol undefined. With CHECK, the test check.NAME runs `larder check` on it with these arguments. This tree and users of the
# installed package call it.
include_guard(GLOBAL)

set(LARDER_PLUGIN_VERSION_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/larder_plugin.map")

function(larder_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 PLUGIN "" "" "SOURCES;LINK;CHECK")
  if(NOT PLUGIN_SOURCES)
    message(FATAL_ERROR "larder_add_plugin(${name}): SOURCES is missing; name the plugin's files")
  endif()
  if(PLUGIN_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "larder_add_plugin(${name}): \"${PLUGIN_UNPARSED_ARGUMENTS}\" belongs to no keyword; use "
                        "SOURCES, LINK or CHECK")
  endif()
  set(target larder_plugin_${name})
  add_library(${target} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${target} PRIVATE larder::sdk ${PLUGIN_LINK})
  set_target_properties(
    ${target}
    PROPERTIES PREFIX ""
               OUTPUT_NAME "${name}"
               POSITION_INDEPENDENT_CODE ON
               C_VISIBILITY_PRESET hidden
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               LINK_DEPENDS "${LARDER_PLUGIN_VERSION_SCRIPT}")
  if(LARDER_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${LARDER_PLUGIN_OUTPUT_DIRECTORY}")
  endif()
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("CXX" IN_LIST languages)
    target_compile_features(${target} PRIVATE cxx_std_17)
  endif()
  target_link_options(
    ${target}
    PRIVATE
    "LINKER:--version-script=${LARDER_PLUGIN_VERSION_SCRIPT}"
    "LINKER:--exclude-libs,ALL"
    "LINKER:-z,now,-z,relro,-z,noexecstack,-z,nodelete")
  # The host provides the sanitizer's run-time, so its symbols are undefined in the plugin.
  if(NOT LARDER_SANITIZE)
    target_link_options(${target} PRIVATE "LINKER:-z,defs")
  endif()
  if("CHECK" IN_LIST ARGN)
    larder_check_plugin(${name} "$<TARGET_FILE:${target}>" ${PLUGIN_CHECK})
  endif()
endfunction()

# larder_check_plugin(NAME FILE [argument ...]): the test check.NAME runs `larder check` on FILE, however it
# was built.
function(larder_check_plugin name file)
  set(checks OFF)
  if(TARGET larder::program)
    get_target_property(checks larder::program LARDER_CHECKS)
  endif()
  if(NOT checks)
    if(NOT DEFINED LARDER_WITH_CHECK)  # in Larder's own tree it is a deliberate choice
      message(WARNING "no test check.${name}: the command larder is not installed, or was built without LARDER_WITH_CHECK")
    endif()
    return()
  endif()
  add_test(NAME check.${name} COMMAND larder::program check "${file}" ${ARGN})
  set_tests_properties(check.${name} PROPERTIES TIMEOUT 600 LABELS conformance)
endfunction()
