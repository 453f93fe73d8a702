# SPDX-License-Identifier: Apache-2.0
import os

from conan import ConanFile
from conan.errors import ConanException
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout


class TestPackageConan(ConanFile):
    settings = "os", "arch", "compiler", "build_type"

    def requirements(self):
        self.requires(self.tested_reference_str, run=True)

    # The same consumer as in the test of CMake's package, built outside its folder. In Conan Center's copy it is beside this file.
    def layout(self):
        if os.path.isfile(os.path.join(self.recipe_folder, "CMakeLists.txt")):
            cmake_layout(self)
            return
        self.folders.root = os.path.join(os.pardir, os.pardir)
        cmake_layout(self, src_folder=os.path.join("tests", "package", "consumer"))
        self.folders.build_folder_vars = ["settings.build_type"]
        build = os.path.join("build", "conan", "test_package", str(self.settings.build_type))
        self.folders.build = build
        self.folders.generators = os.path.join(build, "generators")

    def generate(self):
        tc = CMakeToolchain(self)
        tc.user_presets_path = False
        tc.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    # Conan Center forbids these files in a package, because Conan generates them.
    def _look_at_files(self):
        package = self.dependencies["larder"].package_folder
        if not os.path.isfile(os.path.join(package, "licenses", "LICENSE")):
            raise ConanException(f"{package}: there is no licenses/LICENSE")
        for folder, _, files in os.walk(package):
            for name in files:
                if name.endswith((".la", ".pc", "Config.cmake", "Targets.cmake")):
                    raise ConanException(f"{os.path.join(folder, name)} does not belong in the package")

    def test(self):
        self._look_at_files()
        plugins = self.dependencies["larder"].conf_info.get("user.larder:plugin_dir")
        if not os.path.isfile(os.path.join(plugins, "lru.so")):
            raise ConanException(f"user.larder:plugin_dir: there is no lru.so in {plugins}")
        if not can_run(self):
            return
        # Finds lru by LARDER_PLUGIN_PATH, which the package sets.
        self.run("./asks_twice lru ./shelf.so", env="conanrun", cwd=self.build_folder)
        self.run("ctest --no-tests=error --output-on-failure", env="conanrun", cwd=self.build_folder)
