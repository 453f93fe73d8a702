# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class SqliteCpp(ConanFile):
    """Debian 12's SQLiteCpp, under Conan Center's names: nothing is built, apt has it."""

    name = "sqlitecpp"
    package_type = "static-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libsqlitecpp-dev", "libsqlite3-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "SQLiteCpp")
        self.cpp_info.set_property("cmake_target_name", "SQLiteCpp")
        self.cpp_info.set_property("pkg_config_name", "sqlitecpp")
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []
        self.cpp_info.defines = ["SQLITE_ENABLE_COLUMN_METADATA"]  # as Debian built it
        # The target has no namespace, so a library called SQLiteCpp would mean the target itself.
        self.cpp_info.system_libs = [":libSQLiteCpp.a", "sqlite3", "pthread", "dl"]
