# larder_embed_files(SOURCE HEADER header NAMESPACE namespace [BASE folder] FILES file...): generates SOURCE,
# a C++ file that defines `std::string_view text(std::string_view name)` for these files; `header` declares it
# within `namespace`. Names are paths in BASE, or file names without a folder. Run as a script, it writes that
# file.
if(CMAKE_SCRIPT_MODE_FILE)
  set(rows "")
  foreach(file ${FILES})
    if(BASE)
      file(RELATIVE_PATH name "${BASE}" "${file}")
    else()
      get_filename_component(name "${file}" NAME)
    endif()
    file(READ "${file}" text)
    string(FIND "${text}" ")page\"" end)
    if(NOT end EQUAL -1)
      message(FATAL_ERROR "${file}: holds the end of the literal that it is embedded as")
    endif()
    string(APPEND rows "    {\"${name}\", R\"page(${text})page\"},\n")
  endforeach()
  file(
    WRITE "${SOURCE}"
    "#include \"${HEADER}\"\n\n#include <stdexcept>\n#include <string>\n\nnamespace ${NAMESPACE} {\nnamespace {\n\n"
    "struct File {\n  std::string_view name;\n  std::string_view text;\n};\n\n"
    "constexpr File kFiles[] = {\n${rows}};\n\n}  // namespace\n\n"
    "std::string_view text(std::string_view name) {\n"
    "  for (const File& file : kFiles)\n    if (file.name == name) return file.text;\n"
    "  throw std::out_of_range(\"no embedded file is named \" + std::string(name));\n}\n\n}  // namespace ${NAMESPACE}\n")
  return()
endif()

set(larder_embed_script "${CMAKE_CURRENT_LIST_FILE}")

function(larder_embed_files source)
  cmake_parse_arguments(PARSE_ARGV 1 EMBED "" "BASE;HEADER;NAMESPACE" "FILES")
  if(EMBED_BASE)
    list(TRANSFORM EMBED_FILES PREPEND "${EMBED_BASE}/")
  else()
    list(TRANSFORM EMBED_FILES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  endif()
  add_custom_command(
    OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${source}" "-DHEADER=${EMBED_HEADER}" "-DNAMESPACE=${EMBED_NAMESPACE}" "-DBASE=${EMBED_BASE}" "-DFILES=${EMBED_FILES}" -P "${larder_embed_script}"
    DEPENDS ${EMBED_FILES} "${larder_embed_script}"
    VERBATIM)
endfunction()
