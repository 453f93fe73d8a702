# cmake -DFROM=abi.h -DTO=abi.h -P grow.cmake: writes the header as a next minor might be, with one more member in each
# growing struct, a new opcode and a new flag.
file(READ "${FROM}" header)

function(replace old new)
  string(FIND "${header}" "${old}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${FROM}: \"${old}\" is not there any more; teach grow.cmake where to grow it")
  endif()
  string(REPLACE "${old}" "${new}" header "${header}")
  set(header "${header}" PARENT_SCOPE)
endfunction()

string(REGEX MATCH "LARDER_ABI_MINOR ([0-9]+)u" minor "${header}")
math(EXPR next "${CMAKE_MATCH_1} + 1")
replace("${minor}" "LARDER_ABI_MINOR ${next}u\n#define LARDER_GROWN 1")
replace("#define LARDER_OP_PING " "#define LARDER_OP_GROWN 9u\n#define LARDER_GROWN_FLAG (1u << 30)\n#define LARDER_OP_PING ")
replace("a plugin checks LARDER_HAS */\n};" "a plugin checks LARDER_HAS */\n  uint64_t grown;\n};")
foreach(struct larder_stats larder_backend larder_extension larder_invalidation_listener larder_invalidation
               larder_host larder_option larder_plugin)
  replace("\n} ${struct};" "\n  uint64_t grown;\n} ${struct};")
endforeach()
# The golden sizes are those of the minor it grew from.
string(REGEX REPLACE "\nLARDER_LAYOUT_\\(sizeof[^\n]*" "" header "${header}")
file(WRITE "${TO}" "${header}")
