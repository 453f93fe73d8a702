// SPDX-License-Identifier: Apache-2.0
//
// Runs random operations against a model and shrinks a failing stream for as long as it still fails.
#include "model.hpp"
#include "fixture.hpp"
#include "random_step.hpp"
#include "shrink.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace larder::conformance {
namespace {

constexpr std::size_t kTries = 500;  // runs for shrinking
constexpr std::uint64_t kNoVersion = 0x5eed;

class RandomOperations : public Conformance, public ::testing::WithParamInterface<unsigned> {
 protected:
  struct Fault {
    std::size_t step;
    std::string what;
  };

  std::vector<RandomStep> drawSteps(int count) const {
    // Spaces the seeds apart so that two seeds share no stream.
    std::mt19937_64 random(subject().seed * 1'000'003 + GetParam());
    std::uint64_t declared = 0;
    for (const auto& capability : kCapabilities)
      if (hasCapability(capability.bit)) declared |= capability.bit;
    std::vector<RandomStep> steps;
    for (int i = 0; i < count; ++i) steps.push_back(drawStep(random, declared));
    return steps;
  }

  // Runs the steps on a new backend in new namespaces, and returns the first wrong result.
  std::optional<Fault> run(const std::vector<RandomStep>& steps) {
    const auto backend = openAnother();
    const auto base = space_ + "." + std::to_string(runs_++) + ".";
    // Some names are prefixes of others.
    const std::array<std::string, RandomStep::kSpaces> spaces = {base, base + "a", base + "ab"};
    Model model;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto value = steps[i].value();
      const auto operation = operationOf(steps[i], spaces[steps[i].space], value, model);
      const auto outcome = backend->perform(operation, backend->in(kSlowdown * 2s));
      if (auto what = faultOf(operation, outcome, model); !what.empty()) return Fault{i, std::move(what)};
      if (outcome.status == Status::ok) model.apply(operation, outcome.version);
    }
    return std::nullopt;
  }

  std::string describeShortest(std::vector<RandomStep> steps, const Fault& fault) {
    steps.resize(fault.step + 1);
    if (!run(steps)) return "it did not fail again; its last step: " + describe(steps.back());
    steps = shrink(steps, kTries, [this](const auto& shorter) { return run(shorter).has_value(); });
    const auto last = run(steps);
    std::string text = "the shortest stream that fails (namespaces 0, 1, 2 begin alike):\n";
    for (const auto& step : steps) text += "  " + describe(step) + "\n";
    return text + (last ? last->what : fault.what);
  }

 private:
  static Operation operationOf(const RandomStep& step, std::string_view space, std::string_view value,
                               const Model& model) {
    Operation operation;
    operation.code = step.code;
    operation.flags = static_cast<OperationFlags>(step.flags);
    operation.nameSpace = space;
    operation.key = RandomStep::kKeys[step.key];
    operation.value = value;
    const auto* entry = model.find(operation);
    operation.expectedVersion = entry != nullptr && step.rightVersion ? entry->version : kNoVersion;
    return operation;
  }

  static std::string faultOf(const Operation& operation, const Outcome& outcome, const Model& model) {
    const auto expected = model.expected(operation);
    if (outcome.status != expected)
      return "the last is answered " + std::string(toString(outcome.status)) + " instead of " +
             std::string(toString(expected)) + (outcome.error.empty() ? "" : ": " + outcome.error);
    if (operation.code != OpCode::get || outcome.status != Status::ok) return "";
    const auto* entry = model.find(operation);
    if (outcome.value.view() != entry->value)
      return "the last gives " + std::to_string(outcome.value.view().size()) +
             " bytes that are not the value of " + std::to_string(entry->value.size()) + " bytes";
    if (outcome.version != entry->version) return "the last gives another version than the SET did";
    return "";
  }

  unsigned runs_ = 0;
};

TEST_P(RandomOperations, AgreeWithTheModel) {
  const auto steps = drawSteps(scaled(3000));

  if (const auto fault = run(steps))
    FAIL() << "step " << fault->step << " of seed " << subject().seed << ": " << fault->what << "\n"
           << describeShortest(steps, *fault);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomOperations, ::testing::Range(1u, 6u));

}  // namespace
}  // namespace larder::conformance
