# Install rules, and the package for find_package(larder) and pkg-config. Everything finds its parts relative to itself, so the
# prefix may be moved afterwards.
include_guard(GLOBAL)
include(CMakePackageConfigHelpers)

set(LARDER_INSTALL_CMAKEDIR "${CMAKE_INSTALL_LIBDIR}/cmake/larder")
set(LARDER_INSTALL_PLUGINDIR "${CMAKE_INSTALL_LIBDIR}/larder/plugins")

# ---- the program and the plugins ----
if(TARGET larder_program)
  if(BUILD_SHARED_LIBS)
    file(RELATIVE_PATH libdir "/x/${CMAKE_INSTALL_BINDIR}" "/x/${CMAKE_INSTALL_LIBDIR}")
    set_target_properties(larder_program PROPERTIES INSTALL_RPATH "$ORIGIN/${libdir}")
  endif()
  install(TARGETS larder_program RUNTIME COMPONENT runtime)
endif()
foreach(plugin lru redis memcached)
  if(TARGET larder_plugin_${plugin})
    install(TARGETS larder_plugin_${plugin} LIBRARY DESTINATION "${LARDER_INSTALL_PLUGINDIR}" COMPONENT ${plugin})
  endif()
endforeach()

# ---- headers and libraries ----
install(DIRECTORY "${PROJECT_SOURCE_DIR}/sdk/include/larder" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT sdk)
set_target_properties(larder_sdk PROPERTIES EXPORT_NAME sdk)
set_target_properties(larder_async_backend PROPERTIES EXPORT_NAME async_backend)
set_target_properties(larder_cache PROPERTIES EXPORT_NAME cache)
# The libraries' C++ interface has no stable ABI, unlike the plugins' C interface, so a shared library's name includes the
# minor version.
set(soversion "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
set_target_properties(larder_cache PROPERTIES VERSION "${PROJECT_VERSION}" SOVERSION "${soversion}")
install(TARGETS larder_sdk larder_async_backend EXPORT larderTargets ARCHIVE COMPONENT sdk)
install(EXPORT larderTargets NAMESPACE larder:: DESTINATION "${LARDER_INSTALL_CMAKEDIR}" COMPONENT sdk)

# Separate exports: a plugin author needs neither OpenSSL nor zstd, and a user of the cache does not need Poco.
install(TARGETS larder_cache EXPORT larderCacheTargets ARCHIVE COMPONENT sdk LIBRARY COMPONENT sdk)
# Only hosts can use a linked plugin.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/plugins/lru/include/larder" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT sdk)
set_target_properties(larder_linked_lru PROPERTIES EXPORT_NAME plugin_lru)
install(TARGETS larder_linked_lru EXPORT larderCacheTargets ARCHIVE COMPONENT sdk)
install(EXPORT larderCacheTargets NAMESPACE larder:: DESTINATION "${LARDER_INSTALL_CMAKEDIR}" COMPONENT sdk)
if(TARGET larder_http)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/host/include/larder" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT sdk)
  set_target_properties(
    larder_http PROPERTIES EXPORT_NAME http VERSION "${PROJECT_VERSION}" SOVERSION "${soversion}" INSTALL_RPATH "$ORIGIN")
  install(TARGETS larder_http EXPORT larderHttpTargets ARCHIVE COMPONENT sdk LIBRARY COMPONENT sdk)
  install(EXPORT larderHttpTargets NAMESPACE larder:: DESTINATION "${LARDER_INSTALL_CMAKEDIR}" COMPONENT sdk)
endif()

# ---- the CMake package ----
# The ABI version comes from the header.
foreach(part MAJOR MINOR)
  file(STRINGS "${PROJECT_SOURCE_DIR}/sdk/include/larder/abi.h" line REGEX "^#define LARDER_ABI_${part} [0-9]+u$")
  string(REGEX REPLACE "^.* ([0-9]+)u$" "\\1" LARDER_ABI_${part} "${line}")
endforeach()
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/larderConfig.cmake.in" "${PROJECT_BINARY_DIR}/package/larderConfig.cmake"
  INSTALL_DESTINATION "${LARDER_INSTALL_CMAKEDIR}"
  PATH_VARS CMAKE_INSTALL_BINDIR LARDER_INSTALL_PLUGINDIR)
# The package's major version follows the ABI's.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/larderConfigVersion.cmake"
                                 COMPATIBILITY SameMajorVersion)
install(
  FILES "${PROJECT_BINARY_DIR}/package/larderConfig.cmake"
        "${PROJECT_BINARY_DIR}/package/larderConfigVersion.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/LarderPlugin.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/larder_plugin.map"
        "${PROJECT_SOURCE_DIR}/cmake/Findzstd.cmake"
  DESTINATION "${LARDER_INSTALL_CMAKEDIR}"
  COMPONENT sdk)

# ---- pkg-config ----
file(RELATIVE_PATH LARDER_PC_PREFIX "/x/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/x")
if(LARDER_WITH_ZSTD)
  set(LARDER_PC_ZSTD " -lzstd")
endif()
if(LARDER_NEEDS_LLHTTP)
  set(LARDER_PC_LLHTTP " -lllhttp")
endif()
set(packages larder-sdk larder-async-backend larder)
if(TARGET larder_http)
  list(APPEND packages larder-http)
endif()
foreach(package ${packages})
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${package}.pc.in" "${PROJECT_BINARY_DIR}/package/${package}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/package/${package}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
          COMPONENT sdk)
endforeach()

# ---- documentation ----
set(help_folder "${PROJECT_BINARY_DIR}/help")
if(TARGET larder_help)
  if(LARDER_WITH_DEB)
    set(zsh_folder zsh/vendor-completions)
  else()
    set(zsh_folder zsh/site-functions)
  endif()
  install(FILES "${help_folder}/larder.bash" RENAME larder COMPONENT runtime
          DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
  install(FILES "${help_folder}/_larder" COMPONENT runtime DESTINATION "${CMAKE_INSTALL_DATADIR}/${zsh_folder}")
  install(FILES "${help_folder}/larder.fish" COMPONENT runtime
          DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
endif()
# Debian requires a compressed man page and the license in another form.
if(NOT LARDER_WITH_DEB)
  if(TARGET larder_help)
    install(FILES "${help_folder}/larder.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT runtime)
  endif()
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT runtime)
endif()
