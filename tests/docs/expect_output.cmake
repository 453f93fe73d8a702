# Runs PROGRAM with PLUGIN as its argument. Fails unless it succeeds and prints exactly what is in the file EXPECTED.
# (ctest's PASS_REGULAR_EXPRESSION would not do: with it the exit status counts for nothing.)
execute_process(
  COMMAND "${PROGRAM}" "${PLUGIN}"
  OUTPUT_VARIABLE output
  ERROR_VARIABLE errors
  RESULT_VARIABLE status)
file(READ "${EXPECTED}" expected)
if(NOT status STREQUAL "0")
  message(FATAL_ERROR "exit status ${status}\n${output}${errors}")
endif()
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "printed\n${output}\ninstead of\n${expected}")
endif()
