// SPDX-License-Identifier: Apache-2.0
#include "commands/arguments.hpp"

#include <larder/quantity.hpp>

namespace larder::host {

void addSources(CLI::App& command, ConfigSources& sources) {
  command.add_option("--config", sources.file, "Configuration file, TOML")->type_name("FILE");
  command
      .add_option(
          "--set,--option", sources.sets,
          "One value of the configuration, like cache.expire=10s or 'route.\"GET /users\".expire=1min'; "
          "may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void addBackendOptions(CLI::App& command, std::vector<std::string>& sets) {
  command.add_option("--set,--option", sets, "An option of the backend; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->default_str("");
}

void addFormat(CLI::App& command, TableFormat& format) {
  addChoice<TableFormat>(
      command, "--format", format, "Format of the output",
      {{"table", TableFormat::table}, {"tsv", TableFormat::tsv}, {"json", TableFormat::json}});
  command.add_flag_callback(
      "--json", [&format] { format = TableFormat::json; }, "Short for --format json");
}

CLI::Option* addDuration(CLI::App& command, const std::string& name, std::chrono::milliseconds& value,
                         const std::string& help) {
  const auto take = [name, &value](const std::string& text) {
    const auto duration = parseDuration(text);
    if (!duration || duration->count() == 0 || *duration > std::chrono::hours(24))
      throw CLI::ValidationError(name, "\"" + text + "\" is not a duration; use 1ms to 1d");
    value = *duration;
  };
  return command.add_option_function<std::string>(name, take, help)
      ->type_name("DURATION")
      ->default_str(formatDuration(value));
}

}  // namespace larder::host
