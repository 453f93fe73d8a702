# Compares what PROGRAM prints with the file EXPECTED.
execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE layout COMMAND_ERROR_IS_FATAL ANY)
file(READ "${EXPECTED}" expected)
if(NOT layout STREQUAL expected)
  message(FATAL_ERROR "The layout of abi.h is not the one of ${EXPECTED}. If that is meant, and only grows, run\n"
                      "  ${PROGRAM} > ${EXPECTED}\nNow:\n${layout}")
endif()
