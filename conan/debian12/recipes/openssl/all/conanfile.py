# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class OpenSsl(ConanFile):
    """Debian 12's OpenSSL, under Conan Center's names: nothing is built, apt has it."""

    name = "openssl"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    build_policy = "missing"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libssl-dev"])

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "OpenSSL")
        self.cpp_info.set_property("cmake_find_mode", "both")
        self.cpp_info.set_property("pkg_config_name", "openssl")
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []
        for name, needs in {"crypto": [], "ssl": ["crypto"]}.items():
            component = self.cpp_info.components[name]
            component.set_property("cmake_target_name", "OpenSSL::SSL" if name == "ssl" else "OpenSSL::Crypto")
            component.set_property("pkg_config_name", f"lib{name}")
            component.includedirs = component.libdirs = component.bindirs = []
            component.system_libs = [name]
            component.requires = needs
