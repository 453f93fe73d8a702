# SPDX-License-Identifier: Apache-2.0
# Completion of the command larder for fish, written by `larder completion fish`.

function __larder_plugins
    larder plugins --format tsv 2>/dev/null | sed 1d | cut -f 1
end

# True if the words after larder begin with these.
function __larder_at
    set -l typed (commandline -opc)
    set -l last (math 1 + (count $argv))
    test (count $typed) -ge $last; and test "$typed[2..$last]" = "$argv"
end

# True if the words after larder are these.
function __larder_ends_at
    set -l typed (commandline -opc)
    test (count $typed) -eq (math 1 + (count $argv)); or return 1
    test (count $argv) -eq 0; or test "$typed[2..-1]" = "$argv"
end

%LINES%
