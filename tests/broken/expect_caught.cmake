# Runs PROGRAM's kit on PLUGIN, with the option `fault` set to FAULT unless it is empty. TEST must end with one of VERDICTS,
# and every test of PASSES must pass. A test that exceeds TIMEOUT is killed.
cmake_minimum_required(VERSION 3.25)

string(REPLACE ";" ":" filter "${TEST};${PASSES}")
set(chosen "")
if(FAULT)
  set(chosen --option "fault=${FAULT}")
endif()
execute_process(
  COMMAND "${PROGRAM}" check "${PLUGIN}" ${chosen} --only "${filter}" --timeout ${TIMEOUT} --format json
  OUTPUT_VARIABLE report
  ERROR_VARIABLE errors
  RESULT_VARIABLE status)
string(JSON count ERROR_VARIABLE no_report LENGTH "${report}" tests)
if(no_report)
  message(FATAL_ERROR "larder check ended with ${status} and no report: ${errors}")
endif()

# Sets `verdict` and `messages` to the report's entry for a test.
macro(look_up test)
  set(verdict "not run")
  set(messages "")
  if(count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON name GET "${report}" tests ${i} test)
      if(name STREQUAL "${test}")
        string(JSON verdict GET "${report}" tests ${i} result)
        string(JSON messages GET "${report}" tests ${i} messages)
      endif()
    endforeach()
  endif()
endmacro()

look_up("${TEST}")
if(NOT verdict IN_LIST VERDICTS)
  message(FATAL_ERROR "${TEST}: ${verdict}, not ${VERDICTS}: the kit does not detect this fault\n${messages}")
endif()
message("${TEST}: ${verdict}\n${messages}")
if(status EQUAL 0)
  message(FATAL_ERROR "larder check ended with 0 although this test did not pass")
endif()

foreach(test IN LISTS PASSES)
  look_up("${test}")
  if(NOT verdict STREQUAL "passed")
    message(FATAL_ERROR "${test}: ${verdict}, but the fault does not concern it\n${messages}")
  endif()
endforeach()
