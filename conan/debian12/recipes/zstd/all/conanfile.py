# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class Zstd(ConanFile):
    """Debian 12's zstd, under Conan Center's names: nothing is built, apt has it."""

    name = "zstd"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libzstd-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "zstd")
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []
        component = self.cpp_info.components["zstdlib"]
        component.set_property("cmake_target_name", "zstd::libzstd_shared")
        component.set_property("pkg_config_name", "libzstd")
        component.includedirs = component.libdirs = component.bindirs = []
        component.system_libs = ["zstd"]
