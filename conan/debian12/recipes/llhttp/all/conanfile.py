# SPDX-License-Identifier: Apache-2.0
from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.system.package_manager import Apt

required_conan_version = ">=2.4"


class Llhttp(ConanFile):
    """Debian 12's llhttp, under Conan Center's names. Debian ships C sources, so this recipe builds them."""

    name = "llhttp"
    package_type = "static-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"fPIC": [True, False]}
    default_options = {"fPIC": True}
    languages = "C"
    exports_sources = "CMakeLists.txt"
    build_policy = "missing"

    def layout(self):
        cmake_layout(self)

    def system_requirements(self):
        Apt(self).install(["node-llhttp"])

    def generate(self):
        CMakeToolchain(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "llhttp")
        self.cpp_info.set_property("cmake_target_name", "llhttp::llhttp")
        self.cpp_info.set_property("pkg_config_name", "libllhttp")
        self.cpp_info.libs = ["llhttp"]
