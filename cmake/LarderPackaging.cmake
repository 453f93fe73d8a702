# The Debian packages: `cmake --workflow --preset deb`, or ./dev deb. Maps installed components to packages and adds the
# files that only packages have.
include_guard(GLOBAL)

if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  message(FATAL_ERROR "LARDER_WITH_DEB: Debian's packages install to /usr, not to \"${CMAKE_INSTALL_PREFIX}\"; "
                      "use cmake --preset deb")
endif()
set(deb_dir "${PROJECT_SOURCE_DIR}/packaging/deb")

set(doc_dir "${CMAKE_INSTALL_DATADIR}/doc")

# install_compressed(FILE NAME DESTINATION): installs FILE as NAME.gz, with the same bytes in every build.
function(install_compressed file name destination)
  set(compressed "${PROJECT_BINARY_DIR}/package/${name}.gz")
  add_custom_command(OUTPUT "${compressed}" COMMAND gzip -9nc "${file}" > "${compressed}" DEPENDS "${file}" VERBATIM)
  add_custom_target(larder_deb_${name} ALL DEPENDS "${compressed}")
  install(FILES "${compressed}" DESTINATION "${destination}" COMPONENT runtime)
endfunction()

# ---- files ----
install(FILES "${PROJECT_SOURCE_DIR}/packaging/systemd/larder.service" DESTINATION "/lib/systemd/system"
        COMPONENT runtime)
install(FILES "${PROJECT_SOURCE_DIR}/packaging/larder.toml" DESTINATION "/etc/larder" COMPONENT runtime)
install(FILES "${PROJECT_SOURCE_DIR}/docs/configuration.md" "${PROJECT_SOURCE_DIR}/docs/installing.md"
        DESTINATION "${doc_dir}/larder" COMPONENT runtime)
install_compressed("${PROJECT_BINARY_DIR}/help/larder.1" larder.1 "${CMAKE_INSTALL_MANDIR}/man1")
add_dependencies(larder_deb_larder.1 larder_help)
install_compressed("${PROJECT_SOURCE_DIR}/CHANGELOG.md" changelog "${doc_dir}/larder")
install(FILES "${deb_dir}/copyright" DESTINATION "${doc_dir}/larder" COMPONENT runtime)
install(FILES "${deb_dir}/copyright" DESTINATION "${doc_dir}/larder-plugins" COMPONENT lru)
install(FILES "${deb_dir}/copyright" DESTINATION "${doc_dir}/liblarder-dev" COMPONENT sdk)

# ---- all packages ----
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "The Larder authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # CPack would put it before each package's own description
set(CPACK_PACKAGE_CONTACT "The Larder authors")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_SOURCE_DIR}/build/packages")
set(CPACK_COMPONENTS_ALL runtime lru redis memcached sdk)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(this_version "(= ${PROJECT_VERSION})")

# ---- larder: the program and its service ----
# Depends on larder-plugins: without a plugin there is no backend.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME larder)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION httpd)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
    "cache in front of HTTP endpoints, with backends as plugins
The program larder serves endpoints from a cache in memory, in Redis or in
Memcached, as the configuration says. It also measures backends and tests
whether plugins follow the rules of the plugin ABI.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "larder-plugins ${this_version}")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA "${deb_dir}/conffiles;${deb_dir}/postinst;${deb_dir}/prerm;${deb_dir}/postrm")

# ---- larder-plugins ----
set(CPACK_DEBIAN_PLUGINS_PACKAGE_NAME larder-plugins)
set(CPACK_DEBIAN_PLUGINS_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PLUGINS_DESCRIPTION
    "backends for Larder: memory, Redis, Memcached
Plugins behind Larder's C ABI: lru keeps values in the memory of the process,
redis and memcached keep them on servers. The program larder and programs
built with liblarder-dev use them.")
set(CPACK_DEBIAN_PLUGINS_PACKAGE_SUGGESTS "redis-server, memcached")

# ---- liblarder-dev ----
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME liblarder-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)  # archives depend on nothing
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
    "headers and libraries for writing Larder plugins and for caching
The C header of the plugin ABI, its C++ layer, the cache engine and the HTTP
endpoints as static libraries, a CMake package and pkg-config files.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libssl-dev")  # what the archives are linked with
if(LARDER_WITH_ZSTD)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libzstd-dev")
endif()
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS "larder ${this_version}, larder-plugins ${this_version}")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "cmake, libpoco-dev, pkg-config")

include(CPack)
cpack_add_component(runtime GROUP program)
foreach(plugin lru redis memcached)
  cpack_add_component(${plugin} GROUP plugins)
endforeach()
cpack_add_component(sdk GROUP development)
