# larder_embed_files(SOURCE FILES file...): makes SOURCE, a C++ file that defines larder::pages::text() of
# host/pages/page_text.hpp for these files, by their names without a folder. As a script it writes that file.
if(CMAKE_SCRIPT_MODE_FILE)
  set(rows "")
  foreach(file ${FILES})
    get_filename_component(name "${file}" NAME)
    file(READ "${file}" text)
    string(FIND "${text}" ")page\"" end)
    if(NOT end EQUAL -1)
      message(FATAL_ERROR "${file}: holds the end of the literal that it is embedded as")
    endif()
    string(APPEND rows "    {\"${name}\", R\"page(${text})page\"},\n")
  endforeach()
  file(
    WRITE "${SOURCE}"
    "#include \"pages/page_text.hpp\"\n\n#include <stdexcept>\n#include <string>\n\nnamespace larder::pages {\nnamespace {\n\n"
    "struct File {\n  std::string_view name;\n  std::string_view text;\n};\n\n"
    "constexpr File kFiles[] = {\n${rows}};\n\n}  // namespace\n\n"
    "std::string_view text(std::string_view name) {\n"
    "  for (const File& file : kFiles)\n    if (file.name == name) return file.text;\n"
    "  throw std::out_of_range(\"no page file is named \" + std::string(name));\n}\n\n}  // namespace larder::pages\n")
  return()
endif()

set(larder_embed_script "${CMAKE_CURRENT_LIST_FILE}")

function(larder_embed_files source)
  cmake_parse_arguments(PARSE_ARGV 1 EMBED "" "" "FILES")
  list(TRANSFORM EMBED_FILES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${source}" "-DFILES=${EMBED_FILES}" -P "${larder_embed_script}"
    DEPENDS ${EMBED_FILES} "${larder_embed_script}"
    VERBATIM)
endfunction()
