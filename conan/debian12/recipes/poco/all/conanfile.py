# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class Poco(ConanFile):
    """Debian 12's Poco, under Conan Center's names: nothing is built, apt has it."""

    name = "poco"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libpoco-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "Poco")
        self.cpp_info.set_property("cmake_target_name", "Poco::Poco")
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []
        # As in Debian's own CMake files.
        defines = [f"POCO_{name}" for name in ("ENABLE_CPP11", "ENABLE_CPP14", "HAVE_FD_EPOLL", "OS_FAMILY_UNIX", "UNBUNDLED")]
        defines += ["_FILE_OFFSET_BITS=64", "_LARGEFILE64_SOURCE", "_REENTRANT", "_THREAD_SAFE", "_XOPEN_SOURCE=500"]
        for name, needs in {"Foundation": [], "Net": ["Foundation"]}.items():
            component = self.cpp_info.components[f"poco_{name.lower()}"]
            component.set_property("cmake_target_name", f"Poco::{name}")
            component.includedirs = component.libdirs = component.bindirs = []
            component.system_libs = [f"Poco{name}"]
            component.defines = defines if name == "Foundation" else []
            component.requires = [f"poco_{need.lower()}" for need in needs]
