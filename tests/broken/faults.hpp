// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BROKEN_FAULTS_HPP
#define LARDER_BROKEN_FAULTS_HPP

#include "changed_table.hpp"

#include <string_view>
#include <vector>

namespace larder::broken {

/// A fault: its name, which the plugin's option `fault` takes, and the function that creates a backend with
/// it.
struct Fault {
  std::string_view name;
  decltype(larder_plugin::create) create;
};

using Faults = std::vector<Fault>;

/// Returns the fault of a class that overrides what it breaks.
template <class Broken>
Fault brokenClass(std::string_view name) {
  return {name, plugin::Export<Broken>::plugin("broken", "1.0.0")->create};
}

/// Returns the fault of correct backends whose function table `change` breaks.
template <void (*change)(larder_backend&)>
Fault brokenTable(std::string_view name) {
  return {name, [](const larder_host* host, const larder_setting* settings, std::uint32_t count,
                   larder_text* error, const larder_backend** backend) {
            return createChanged(host, settings, count, error, backend, change);
          }};
}

// Each is defined in a file of its own under faults/ and adds its faults to the catalogue.
void batchesFaults(Faults& faults);
void completionFaults(Faults& faults);
void conditionsFaults(Faults& faults);
void declarationsFaults(Faults& faults);
void donationsFaults(Faults& faults);
void extensionsFaults(Faults& faults);
void invalidationsFaults(Faults& faults);
void lifeFaults(Faults& faults);
void namesFaults(Faults& faults);
void processFaults(Faults& faults);
void timeToLiveFaults(Faults& faults);
void valuesFaults(Faults& faults);

}  // namespace larder::broken

#endif
