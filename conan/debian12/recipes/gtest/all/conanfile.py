# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class GoogleTest(ConanFile):
    """Debian 12's GoogleTest, under Conan Center's names: nothing is built, apt has it."""

    name = "gtest"
    package_type = "static-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libgtest-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "GTest")
        for name, library, needs in (("libgtest", "gtest", []), ("gtest_main", "gtest_main", ["libgtest"])):
            component = self.cpp_info.components[name]
            component.set_property("cmake_target_name", f"GTest::{library}")
            component.set_property("pkg_config_name", library)
            component.includedirs = component.libdirs = component.bindirs = []
            component.system_libs = [library, "pthread"]
            component.cxxflags = ["-DGTEST_HAS_PTHREAD=1"]
            component.requires = needs
