# cmake -DCOMPILE=<command with options, as a list> -DSOURCE=<file> -DCASE=<number> [-DSAYS=<text>] -P refused.cmake
#
# The case must fail with exactly one error, whose text contains SAYS. Without SAYS it must compile.
execute_process(COMMAND ${COMPILE} -DCASE=${CASE} -fsyntax-only "${SOURCE}" RESULT_VARIABLE status ERROR_VARIABLE said)
if(NOT SAYS)
  if(status EQUAL 0)
    return()
  endif()
  message(FATAL_ERROR "does not compile:\n${said}")
endif()
if(status EQUAL 0)
  message(FATAL_ERROR "compiles")
endif()
string(REPLACE ";" "," lines "${said}")  # a semicolon would split a line into two list elements
string(REGEX MATCHALL "[^\n]*error:[^\n]*" errors "${lines}")
list(LENGTH errors count)
string(FIND "${errors}" "${SAYS}" found)
if(NOT count EQUAL 1 OR found EQUAL -1)
  message(FATAL_ERROR "is refused with ${count} errors; one was expected, that says \"${SAYS}\":\n${said}")
endif()
