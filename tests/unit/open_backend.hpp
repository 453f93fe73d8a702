// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_OPEN_BACKEND_HPP
#define LARDER_UNIT_OPEN_BACKEND_HPP

#include <larder/backend.hpp>

#include <memory>
#include <string>

namespace larder {

/// Opens a backend of a plugin file under a name, with the plugin's defaults.
inline std::shared_ptr<Backend> openBackend(const char* file, HostServices& services,
                                            const BackendSettings& settings = {}) {
  return Backend::open(PluginLibrary::load(file), "test", settings, services);
}

}  // namespace larder

#endif
