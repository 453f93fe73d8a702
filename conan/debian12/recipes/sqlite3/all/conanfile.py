# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class Sqlite3(ConanFile):
    """Debian 12's SQLite, under Conan Center's names: nothing is built, apt has it."""

    name = "sqlite3"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libsqlite3-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "SQLite3")
        self.cpp_info.set_property("cmake_target_name", "SQLite::SQLite3")
        self.cpp_info.set_property("pkg_config_name", "sqlite3")
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []
        self.cpp_info.system_libs = ["sqlite3"]
