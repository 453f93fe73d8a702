# SPDX-License-Identifier: Apache-2.0
import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, get, load, rm, rmdir

required_conan_version = ">=2.4"


class LarderConan(ConanFile):
    name = "larder"
    description = "A caching SDK whose backends are plugins behind a small, stable C ABI"
    license = "Apache-2.0"
    homepage = "https://larder.example"
    url = "https://github.com/conan-io/conan-center-index"
    topics = ("cache", "caching", "http", "plugin", "redis", "memcached")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "with_redis": [True, False],
        "with_memcached": [True, False],
        "with_host": [True, False],
        "with_postgres": [True, False],
        "with_zstd": [True, False],
    }
    default_options = {
        "shared": False,
        "fPIC": True,
        "with_redis": True,
        "with_memcached": False,  # Conan Center's libmemcached 1.0.18 has a remote fault in its parser
        "with_host": True,
        "with_postgres": False,  # Conan Center's newest libpqxx needs gcc 13
        "with_zstd": True,
    }
    implements = ["auto_shared_fpic"]
    # The plugin ABI breaks only with a major version: a package that links none of Larder's code stays valid for a
    # new minor.
    package_id_non_embed_mode = "major_mode"

    # Conan Center's copy of this recipe fetches the release that conandata.yml names; here the sources are beside it.
    @property
    def _release(self):
        return (self.conan_data or {}).get("sources", {}).get(self.version)

    @property
    def _tree(self):
        return os.path.join(self.recipe_folder, os.pardir)

    def set_version(self):
        if not self.version:
            project = load(self, os.path.join(self._tree, "CMakeLists.txt"))
            self.version = re.search(r"project\(larder VERSION ([0-9.]+)", project).group(1)

    def export_sources(self):
        if self._release:
            return
        # `larder plugin new` writes the two examples.
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "sdk/*", "plugins/*", "host/*", "packaging/*",
                        "examples/minimal_plugin/*", "examples/rust_plugin/*"):
            copy(self, pattern, src=self._tree, dst=self.export_sources_folder, excludes=("*/target/*",))
        copy(self, "LarderProgram.cmake", self.recipe_folder, os.path.join(self.export_sources_folder, "conan"))

    def configure(self):
        if not self.options.with_host:
            self.options.rm_safe("with_postgres")

    def layout(self):
        if not self._release:
            self.folders.root = os.pardir
        cmake_layout(self)

    def requirements(self):
        # Ranges that include both the newest version of Conan Center and that of Debian 12 (conan/debian12).
        self.requires("xxhash/[>=0.8.1 <0.9]", visible=False)  # header-only, used only in Larder's sources
        self.requires("openssl/[>=3.0 <4]")  # SHA-256 of plugins, TLS of redis; in no public header
        if self.options.with_zstd:
            self.requires("zstd/[>=1.5 <1.6]")  # compression of values; behind larder::cache, in no public header
        # Plugins are loaded, never linked, so their libraries do not affect consumers.
        if self.options.with_redis:
            self.requires("hiredis/[>=0.14.1 <2]", visible=False)
        if self.options.with_memcached:
            self.requires("libmemcached/[>=1.1 <2]", visible=False)
        if self.options.with_host:
            # Behind larder::http; applications with Poco handlers include its headers.
            self.requires("poco/[>=1.11 <2]", transitive_headers=True)
            self.requires("llhttp/[>=8.1 <10]")  # behind larder::http, in no public header
            # Only the program uses the rest.
            self.requires("cli11/[>=2.1 <3]", visible=False)
            self.requires("gtest/[>=1.12 <2]", visible=False, run=False)  # linked into larder check
            self.requires("nlohmann_json/[>=3.11 <4]", visible=False)
            self.requires("sqlite3/[>=3.40 <4]", visible=False)
            self.requires("sqlitecpp/[>=3.2 <4]", visible=False)
            self.requires("tomlplusplus/[>=3.3 <4]", visible=False)
        if self.options.get_safe("with_postgres"):
            self.requires("libpqxx/[>=6.4 <9]", visible=False)

    def validate(self):
        check_min_cppstd(self, 20)
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration(f"{self.ref}: plugins are ELF files with a note; os must be Linux")

    def source(self):
        if self._release:
            get(self, **self._release, strip_root=True)

    def generate(self):
        tc = CMakeToolchain(self)
        tc.user_presets_path = False
        tc.cache_variables["LARDER_WITH_REDIS"] = bool(self.options.with_redis)
        tc.cache_variables["LARDER_WITH_MEMCACHED"] = bool(self.options.with_memcached)
        tc.cache_variables["LARDER_WITH_HOST"] = bool(self.options.with_host)
        tc.cache_variables["LARDER_WITH_CHECK"] = bool(self.options.with_host)
        tc.cache_variables["LARDER_WITH_ZSTD"] = bool(self.options.with_zstd)
        tc.cache_variables["LARDER_WITH_POSTGRES"] = bool(self.options.get_safe("with_postgres"))
        for part in ("TESTS", "BENCH", "EXAMPLES", "RUST"):
            tc.cache_variables[f"LARDER_WITH_{part}"] = False
        tc.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        # Conan generates the consumer's files itself; only the files with Larder's functions stay.
        rmdir(self, os.path.join(self.package_folder, "share"))
        rmdir(self, os.path.join(self.package_folder, "lib", "pkgconfig"))
        modules = os.path.join(self.package_folder, "lib", "cmake", "larder")
        rm(self, "larder*.cmake", modules)
        if self.options.with_host:
            copy(self, "LarderProgram.cmake", src=os.path.join(self.source_folder, "conan"), dst=modules)

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "larder")
        self.cpp_info.set_property("cmake_target_name", "larder::larder")
        self.cpp_info.set_property("cmake_config_version_compat", "SameMajorVersion")
        modules = ["LarderPlugin.cmake"] + (["LarderProgram.cmake"] if self.options.with_host else [])
        self.cpp_info.set_property("cmake_build_modules", [f"lib/cmake/larder/{name}" for name in modules])
        self.cpp_info.set_property("pkg_config_name", "larder-all")

        sdk = self.cpp_info.components["sdk"]
        sdk.set_property("cmake_target_name", "larder::sdk")
        sdk.set_property("pkg_config_name", "larder-sdk")
        sdk.set_property("pkg_config_custom_content", {"plugindir": "${prefix}/lib/larder/plugins"})
        sdk.libdirs, sdk.bindirs = [], []

        async_backend = self.cpp_info.components["async_backend"]
        async_backend.set_property("cmake_target_name", "larder::async_backend")
        async_backend.set_property("pkg_config_name", "larder-async-backend")
        async_backend.libs = ["larder_async_backend"]
        async_backend.system_libs = ["pthread"]
        async_backend.requires = ["sdk"]

        cache = self.cpp_info.components["cache"]
        cache.set_property("cmake_target_name", "larder::cache")
        cache.set_property("pkg_config_name", "larder")
        cache.libs = ["larder_cache"]
        cache.system_libs = ["dl", "pthread"]
        cache.requires = ["sdk", "openssl::crypto"]
        if self.options.with_zstd:
            cache.requires.append("zstd::zstdlib")

        lru = self.cpp_info.components["plugin_lru"]
        lru.set_property("cmake_target_name", "larder::plugin_lru")
        lru.set_property("pkg_config_name", "larder-plugin-lru")
        lru.libs = ["larder_plugin_lru"]
        lru.system_libs = ["pthread"]
        lru.requires = ["sdk"]

        if self.options.with_host:
            http = self.cpp_info.components["http"]
            http.set_property("cmake_target_name", "larder::http")
            http.set_property("pkg_config_name", "larder-http")
            http.libs = ["larder_http"]
            http.requires = ["cache", "llhttp::llhttp", "poco::poco_net", "poco::poco_foundation"]

        self._tell_where_plugins_are()

    # Programs find the packaged plugins through the environment, recipes through conf, and CMake through a variable.
    def _tell_where_plugins_are(self):
        plugins = os.path.join(self.package_folder, "lib", "larder", "plugins")
        self.runenv_info.prepend_path("LARDER_PLUGIN_PATH", plugins)
        self.conf_info.define_path("user.larder:plugin_dir", plugins)
        abi = load(self, os.path.join(self.package_folder, "include", "larder", "abi.h"))
        variables = {f"larder_ABI_{part}": re.search(rf"#define LARDER_ABI_{part} (\d+)u", abi).group(1)
                     for part in ("MAJOR", "MINOR")}
        self.cpp_info.set_property("cmake_extra_variables", {**variables, "larder_PLUGIN_DIR": plugins})
