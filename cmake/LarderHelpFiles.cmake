# Script: cmake -DPROGRAM=larder -DMAN_TEMPLATE=larder.1.in -DFOLDER=folder -P LarderHelpFiles.cmake
#
# Writes larder.bash, _larder (zsh), larder.fish and larder.1 into FOLDER, from PROGRAM's description of its
# own commands.
function(ask result)
  execute_process(COMMAND "${PROGRAM}" ${ARGN} OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

foreach(shell "bash larder.bash" "zsh _larder" "fish larder.fish")
  string(REPLACE " " ";" shell "${shell}")
  list(GET shell 0 name)
  list(GET shell 1 file)
  ask(script completion ${name})
  file(WRITE "${FOLDER}/${file}" "${script}")
endforeach()

ask(commands manual)
file(READ "${MAN_TEMPLATE}" page)
string(REPLACE "@COMMANDS@\n" "${commands}" page "${page}")
file(WRITE "${FOLDER}/larder.1" "${page}")
