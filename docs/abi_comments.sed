# abi.h keeps plain C comments; doxygen takes /** before a declaration and /**< after one.
1s|^/\*|/** @file\n *|
/^\/\* ----/b
s|^( *)/\* |\1/** |
s|([^ ] +)/\* |\1/**< |
# To doxygen a dot alone ends a list.
s| \.\. \*/| ... */|
