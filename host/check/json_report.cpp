// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <ostream>

#include "check/check_report.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

Json jsonOf(const TestResult& result) {
  return {{"test", result.fullName()},
          {"result", toString(result.verdict)},
          {"ms", result.took.count()},
          {"messages", result.messages},
          {"output", result.output}};
}

}  // namespace

void writeJson(const CheckReport& report, std::ostream& out) {
  Json tests = Json::array();
  for (const auto& result : report.results) tests.push_back(jsonOf(result));
  const Json document = {
      {"plugin", report.note.name},
      {"version", report.note.version},
      {"abi", std::to_string(report.note.abiMajor) + "." + std::to_string(report.note.abiMinor)},
      {"build", report.note.build},
      {"file", report.file.string()},
      {"seed", report.seed},
      {"declared", report.declared},
      {"not_declared", report.notDeclared},
      {"problem", report.problem},
      {"passed", report.count(Verdict::passed)},
      {"skipped", report.count(Verdict::skipped)},
      {"failed", report.failures()},
      {"tests", tests}};
  // A plugin's texts may contain any bytes, but JSON is UTF-8.
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << std::endl;
}

}  // namespace larder::host
