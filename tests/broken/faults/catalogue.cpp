// SPDX-License-Identifier: Apache-2.0
//
// One plugin with all faults of a running backend. Its option `fault` selects one; without it the plugin is
// correct.
#include "faults.hpp"

#include <algorithm>
#include <string>

namespace larder::broken {
namespace {

const Faults& allFaults() {
  static const Faults all = [] {
    Faults faults;
    batchesFaults(faults);
    completionFaults(faults);
    conditionsFaults(faults);
    declarationsFaults(faults);
    donationsFaults(faults);
    extensionsFaults(faults);
    invalidationsFaults(faults);
    lifeFaults(faults);
    namesFaults(faults);
    processFaults(faults);
    timeToLiveFaults(faults);
    valuesFaults(faults);
    return faults;
  }();
  return all;
}

const Fault* findFault(std::string_view name) {
  const auto& all = allFaults();
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const Fault& fault) { return fault.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// The chosen class sees only the other settings, because it has no option `fault`.
larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  auto chosen = correctPlugin().create;
  std::vector<larder_setting> others;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (plugin::view(settings[i].name) != "fault") {
      others.push_back(settings[i]);
      continue;
    }
    const std::string_view name = plugin::view(settings[i].text);
    if (name.empty()) continue;
    const Fault* fault = findFault(name);
    if (fault == nullptr) {
      plugin::write(*error, "fault: there is none called \"" + std::string(name) + "\"");
      return LARDER_CONFIG;
    }
    chosen = fault->create;
  }
  return chosen(host, others.data(), static_cast<std::uint32_t>(others.size()), error, backend);
}

larder_plugin describe() {
  static const std::vector<larder_option> options = [] {
    const plugin::Info info = Reference::info();
    std::vector<larder_option> all(info.options, info.options + info.optionCount);
    all.push_back(plugin::option("fault", LARDER_OPTION_STRING, "", "what is to be wrong"));
    return all;
  }();
  larder_plugin table = pluginMadeBy(create);
  table.options = options.data();
  table.option_count = static_cast<std::uint32_t>(options.size());
  return table;
}

}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
