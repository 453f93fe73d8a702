// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BROKEN_CHANGED_TABLE_HPP
#define LARDER_BROKEN_CHANGED_TABLE_HPP

#include "reference.hpp"

#include <cstddef>

/// Faults that plugin.hpp prevents: they are made by changing the tables that it generates.
namespace larder::broken {

/// Returns the correct plugin's descriptor, to be changed.
inline larder_plugin correctPlugin() { return *plugin::Export<Reference>::plugin("broken", "1.0.0"); }

/// Creates a correct backend and passes its table to `change`.
template <class Change>
larder_status createChanged(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                            larder_text* error, const larder_backend** backend, Change change) {
  const larder_status status = correctPlugin().create(host, settings, count, error, backend);
  if (status == LARDER_OK) change(const_cast<larder_backend&>(**backend));
  return status;
}

/// Returns the correct plugin's descriptor with other options.
template <std::size_t N>
larder_plugin pluginOffering(const larder_option (&options)[N]) {
  larder_plugin table = correctPlugin();
  table.options = options;
  table.option_count = N;
  return table;
}

/// Returns the correct plugin's descriptor with another create function.
inline larder_plugin pluginMadeBy(decltype(larder_plugin::create) create) {
  larder_plugin table = correctPlugin();
  table.create = create;
  return table;
}

}  // namespace larder::broken

/// Exports the descriptor that the function `describe` returns. The note is written separately.
#define LARDER_CHANGED_PLUGIN(describe)                                                                    \
  extern "C" __attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(std::uint32_t) { \
    static const larder_plugin table = describe();                                                         \
    return &table;                                                                                         \
  }

/// Exports a plugin whose backends are correct except for the changes that the function `change` makes to
/// their tables.
#define LARDER_CHANGED_BACKEND(change)                                                                 \
  static larder_status createWithChange(const larder_host* host, const larder_setting* settings,       \
                                        std::uint32_t count, larder_text* error,                       \
                                        const larder_backend** backend) {                              \
    return larder::broken::createChanged(host, settings, count, error, backend, change);               \
  }                                                                                                    \
  static larder_plugin describeWithChange() { return larder::broken::pluginMadeBy(createWithChange); } \
  LARDER_DEFINE_NOTE("broken", "1.0.0");                                                               \
  LARDER_CHANGED_PLUGIN(describeWithChange)

#endif
