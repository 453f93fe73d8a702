# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class Tomlplusplus(ConanFile):
    """Debian 12's toml++, under Conan Center's names: nothing is built, apt has it."""

    name = "tomlplusplus"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libtomlplusplus-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "tomlplusplus")
        self.cpp_info.set_property("cmake_target_name", "tomlplusplus::tomlplusplus")
        self.cpp_info.set_property("pkg_config_name", "tomlplusplus")
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []
        self.cpp_info.system_libs = ["tomlplusplus"]
        self.cpp_info.cxxflags = ["-DTOML_HEADER_ONLY=0", "-DTOML_SHARED_LIB=1"]  # as Debian built it
