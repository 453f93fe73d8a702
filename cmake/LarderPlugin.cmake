# larder_add_plugin(NAME SOURCES a.cpp ... [LINK library ...])
#
# One backend plugin, NAME.so: links the SDK's headers, hides every symbol but the entry, and leaves nothing
# undefined. Used in this tree and by whoever consumes the installed package.
include_guard(GLOBAL)

set(LARDER_PLUGIN_VERSION_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/larder_plugin.map")

function(larder_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 PLUGIN "" "" "SOURCES;LINK")
  if(NOT PLUGIN_SOURCES)
    message(FATAL_ERROR "larder_add_plugin(${name}): SOURCES is missing; name the plugin's files")
  endif()
  set(target larder_plugin_${name})
  add_library(${target} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${target} PRIVATE larder::sdk ${PLUGIN_LINK})
  set_target_properties(
    ${target}
    PROPERTIES PREFIX ""
               OUTPUT_NAME "${name}"
               C_VISIBILITY_PRESET hidden
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/larder/plugins"
               LINK_DEPENDS "${LARDER_PLUGIN_VERSION_SCRIPT}")
  target_link_options(
    ${target}
    PRIVATE
    "LINKER:--version-script=${LARDER_PLUGIN_VERSION_SCRIPT}"
    "LINKER:--exclude-libs,ALL"
    "LINKER:-z,now,-z,relro,-z,noexecstack,-z,nodelete")
  # A sanitizer's run-time comes with the host, so its symbols are undefined in the plugin.
  if(NOT LARDER_SANITIZE)
    target_link_options(${target} PRIVATE "LINKER:-z,defs")
  endif()
endfunction()
