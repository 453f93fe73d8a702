// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_PLUGIN_INSTANCE_HPP
#define LARDER_BACKEND_PLUGIN_INSTANCE_HPP

#include <larder/backend.hpp>
#include <larder/backend_settings.hpp>

#include <chrono>
#include <memory>
#include <string>

#include "backend/service_table.hpp"

namespace larder {

/// A backend that a plugin's create returned, with the services that the plugin calls. The destructor drains
/// and destroys it.
///
/// Shared with each thread that is inside a plugin call which may hang: an instance with a hung call is never
/// destroyed.
class PluginInstance {
 public:
  /// Calls create on a thread of its own. Throws PluginError if that takes longer than `limit`; the plugin is
  /// then cut off from `services`, and a backend that its create still returns is destroyed. Throws
  /// SettingError or PluginError if the plugin refuses to open.
  static std::shared_ptr<PluginInstance> open(std::shared_ptr<const PluginLibrary> library, std::string name,
                                              const BackendSettings& settings, HostServices& services,
                                              std::chrono::milliseconds limit);

  /// Creates an instance over a table of this program's own.
  PluginInstance(std::shared_ptr<const PluginLibrary> library, std::string name, const larder_backend& table,
                 HostServices& services);
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;
  ~PluginInstance();

  const larder_backend& table() const { return table_; }
  const std::shared_ptr<ServiceTable>& services() { return services_; }
  const std::shared_ptr<const PluginLibrary>& library() const { return library_; }

 private:
  PluginInstance(std::shared_ptr<const PluginLibrary> library, std::string name, HostServices& services);
  void create(const std::vector<larder_setting>& settings);

  const std::shared_ptr<const PluginLibrary> library_;
  const std::shared_ptr<ServiceTable> services_;
  larder_backend table_{};
  bool created_ = false;
};

}  // namespace larder

#endif
