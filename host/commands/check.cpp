// SPDX-License-Identifier: Apache-2.0
#include "commands/check.hpp"

#include <larder/status.hpp>

#include <conformance/protocol.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <random>
#include <stdexcept>

#include "check/check_report.hpp"
#include "check/test_filter.hpp"
#include "check/test_run.hpp"
#include "commands/progress_line.hpp"
#include "config/plugin_directories.hpp"
#include "config/plugin_path.hpp"
#include "config/toml_settings.hpp"

namespace larder::host {
namespace {

namespace fact = conformance::fact;

std::filesystem::path fileOf(const std::string& plugin, const Environment& environment) {
  return findPlugin(absolutePlugin(plugin), pluginDirectories(Config{}, environment));
}

std::uint64_t randomNumber() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

// Short, because every key contains it.
std::string newRun() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string run;
  for (auto number = randomNumber(); run.size() < 10; number /= digits.size())
    run += digits[number % digits.size()];
  return run;
}

TestProgram programFor(const CheckOptions& options, const std::filesystem::path& file, std::uint64_t seed) {
  TestProgram program;
  program.timeout = options.timeout;
  program.arguments = {"/proc/self/exe", std::string(conformance::kCommand), "--plugin=" + file.string(),
                       "--run=" + newRun(), "--seed=" + std::to_string(seed)};
  if (options.manualClock) program.arguments.emplace_back("--manual-clock");
  for (const auto& option : options.options) {
    const Setting setting = readAssignment(option, "--set ");
    if (setting.path.size() != 1 || setting.kind == Setting::Kind::unsupported)
      refuse(setting, "is not an option of a plugin; write NAME=VALUE, like max_bytes=64MiB");
    const bool is_plain = setting.kind == Setting::Kind::plain;
    for (const auto& text : setting.texts)
      program.arguments.push_back((is_plain ? "--option=" : "--element=") + setting.path.front() + "=" +
                                  text);
  }
  return program;
}

// Throws std::invalid_argument if a part of `only` matches no test, or nothing is left to run.
std::vector<std::string> chosenTests(const TestProgram& program, const std::string& only) {
  checkFilter(only, listTests(program, {}));
  auto tests = listTests(program, only);
  if (tests.empty())
    throw std::invalid_argument("--only \"" + only + "\": excludes every test that it names; see --list");
  return tests;
}

void readNote(CheckReport& report) {
  try {
    report.note = readPluginNote(report.file);
  } catch (const PluginError& error) {
    report.problem = error.what();
    report.usable = Usable::refused;
  }
}

// Makes a child process open a backend and report its facts.
void describe(TestProgram program, CheckReport& report) {
  program.arguments.emplace_back("--describe");
  const auto end = runChild(program.arguments, program.timeout);
  bool done = false;
  for (const auto& [kind, text] : readRecords(end.report)) {
    done = done || kind == conformance::record::done;
    const auto name = text.substr(0, text.find('='));
    const auto value = text.substr(std::min(text.size(), name.size() + 1));
    if (name == fact::declared) report.declared.push_back(value);
    if (name == fact::notDeclared) report.notDeclared.push_back(value);
    if (name == fact::unreachable) {
      report.problem =
          "PING answered " + value + "; if the store is not running, start it or give its address with --set";
      // A PING that times out may be the plugin's own fault, which the tests then show.
      if (value.starts_with(toString(Status::unavailable))) report.usable = Usable::unreachable;
    }
    if (name != fact::refused && name != fact::misconfigured && name != fact::broken) continue;
    report.usable = name == fact::broken ? Usable::broken : Usable::refused;
    report.problem = value;
  }
  if (done) return;
  report.usable = Usable::broken;
  report.problem = "no backend could be opened: " + judge("Load.", end).messages.back();
}

void write(const CheckReport& report, CheckFormat format) {
  switch (format) {
    case CheckFormat::text: return writeText(report, std::cout);
    case CheckFormat::junit: return writeJunit(report, std::cout);
    case CheckFormat::json: return writeJson(report, std::cout);
  }
}

}  // namespace

CheckVerdict check(const CheckOptions& options, const Environment& environment) {
  CheckReport report;
  report.file = fileOf(options.plugin, environment);
  report.seed = options.seed ? *options.seed : randomNumber() % 1'000'000;
  const auto program = programFor(options, report.file, report.seed);

  auto tests = chosenTests(program, options.only);
  if (options.list) {
    for (const auto& test : tests) std::cout << test << "\n";
    return CheckVerdict::conforms;
  }
  readNote(report);
  if (report.usable == Usable::yes) describe(program, report);
  if (report.usable == Usable::unreachable)
    tests.clear();
  else if (report.usable != Usable::yes)
    std::erase_if(tests, [](const auto& test) { return !test.starts_with("Load."); });
  {
    ProgressLine progress("checking", "tests", tests.size());
    report.results = runTests(program, tests, options.jobs, [&](std::size_t started, std::string_view test) {
      progress.reach(started - 1, test);
    });
  }
  write(report, options.format);
  if (report.usable == Usable::refused) return CheckVerdict::unusable;
  return report.usable == Usable::yes && report.failures() == 0 ? CheckVerdict::conforms
                                                                : CheckVerdict::fails;
}

}  // namespace larder::host
