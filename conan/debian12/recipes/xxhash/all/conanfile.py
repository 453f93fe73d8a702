# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class XxHash(ConanFile):
    """Debian 12's xxHash, used as a header, under Conan Center's names: nothing is built, apt has it."""

    name = "xxhash"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libxxhash-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "xxHash")
        self.cpp_info.set_property("cmake_target_name", "xxHash::xxhash")
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []
