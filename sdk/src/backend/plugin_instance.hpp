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

/// What a plugin's create made, with the services that it calls. Its destructor drains and destroys it.
///
/// Shared with each thread that is inside a plugin which may hang there: an instance with a hung call is
/// never destroyed.
class PluginInstance {
 public:
  /// Calls create on a thread of its own. Throws PluginError if that takes longer than `limit`; the plugin is
  /// then cut off from `services`, and what its create still makes is destroyed. Throws SettingError and
  /// PluginError for what the plugin refuses.
  static std::shared_ptr<PluginInstance> open(std::shared_ptr<const PluginLibrary> library, std::string name,
                                              const BackendSettings& settings, HostServices& services,
                                              std::chrono::milliseconds limit);

  /// One whose table is this program's own.
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
