// SPDX-License-Identifier: Apache-2.0
//
// Random operations against a model that is too simple to be wrong. Time plays no part in it.
#include "fixture.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>

namespace larder::conformance {
namespace {

// What a backend with one caller must answer.
class Model {
 public:
  struct Entry {
    std::string value;
    std::uint64_t version;
  };

  const Entry* find(const Operation& operation) const {
    const auto found = entries_.find(nameOf(operation));
    return found == entries_.end() ? nullptr : &found->second;
  }

  Status expected(const Operation& operation) const {
    const Entry* entry = find(operation);
    switch (operation.code) {
      case OpCode::set: return conditionsHold(operation, entry) ? Status::ok : Status::notStored;
      case OpCode::clearNamespace: return Status::ok;
      case OpCode::erase:
        if (entry == nullptr) return Status::miss;
        return conditionsHold(operation, entry) ? Status::ok : Status::notStored;
      default: return entry != nullptr ? Status::ok : Status::miss;
    }
  }

  // What a successful operation leaves behind.
  void apply(const Operation& operation, std::uint64_t version) {
    if (operation.code == OpCode::set) entries_[nameOf(operation)] = {std::string(operation.value), version};
    if (operation.code == OpCode::erase) entries_.erase(nameOf(operation));
    if (operation.code == OpCode::clearNamespace)
      std::erase_if(entries_, [&](const auto& entry) { return entry.first.first == operation.nameSpace; });
  }

 private:
  using Name = std::pair<std::string, std::string>;

  static Name nameOf(const Operation& operation) {
    return {std::string(operation.nameSpace), std::string(operation.key)};
  }

  static bool conditionsHold(const Operation& operation, const Entry* entry) {
    const auto has = [&](std::uint32_t flag) { return (operation.flags & flag) != 0; };
    if (has(LARDER_IF_ABSENT)) return entry == nullptr;
    if (has(LARDER_IF_PRESENT) && entry == nullptr) return false;
    if (!has(LARDER_IF_VERSION)) return true;
    return entry != nullptr && entry->version == operation.expectedVersion;
  }

  std::map<Name, Entry> entries_;
};

class RandomOperations : public Conformance, public ::testing::WithParamInterface<unsigned> {
 protected:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  // Few names, so that operations meet.
  Operation draw(const Model& model) {
    static constexpr std::array codes = {OpCode::get, OpCode::get,   OpCode::set,   OpCode::set,
                                         OpCode::set, OpCode::erase, OpCode::touch, OpCode::exists,
                                         OpCode::ttl, OpCode::set,   OpCode::get,   OpCode::clearNamespace};
    Operation operation = on(codes[below(codes.size())], keys_[below(keys_.size())]);
    operation.nameSpace = spaces_[below(spaces_.size())];
    if (operation.code == OpCode::set) drawValueAndFlags(operation);
    if (operation.code == OpCode::erase && below(2) == 0) operation.flags = LARDER_IF_VERSION;
    const auto* entry = model.find(operation);
    operation.expectedVersion = entry != nullptr && below(3) != 0 ? entry->version : 1 + below(1000);
    return operation;
  }

  void drawValueAndFlags(Operation& operation) {
    static constexpr std::array<std::uint32_t, 8> flags = {0,
                                                           0,
                                                           0,
                                                           LARDER_IF_ABSENT,
                                                           LARDER_IF_PRESENT,
                                                           LARDER_IF_VERSION,
                                                           LARDER_KEEP_TTL,
                                                           LARDER_IF_VERSION | LARDER_IF_PRESENT};
    value_ = std::to_string(random_()) + std::string(below(300), 'v');
    operation.value = value_;
    operation.flags = flags[below(flags.size())];
  }

  void check(const Operation& operation, const Outcome& outcome, const Model& model) {
    ASSERT_EQ(outcome.status, model.expected(operation));
    if (operation.code != OpCode::get || outcome.status != Status::ok) return;
    ASSERT_EQ(outcome.value.view(), model.find(operation)->value);
    ASSERT_EQ(outcome.version, model.find(operation)->version);
  }

  std::mt19937 random_{GetParam()};
  std::array<std::string, 6> keys_ = {"a", "b", "ab", "", "key with space", "\xff"};
  std::array<std::string, 3> spaces_;
  std::string value_;
};

TEST_P(RandomOperations, AreAnsweredAsTheModelSays) {
  spaces_ = {space_, space_ + "a", space_ + "ab"};
  Model model;
  for (int step = 0; step < scaled(3000); ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const auto operation = draw(model);
    SCOPED_TRACE("opcode " + std::to_string(static_cast<unsigned>(operation.code)) + ", flags " +
                 std::to_string(operation.flags));

    const auto outcome = perform(operation);

    ASSERT_NO_FATAL_FAILURE(check(operation, outcome, model));
    if (outcome.status == Status::ok) model.apply(operation, outcome.version);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomOperations, ::testing::Range(1u, 6u));

}  // namespace
}  // namespace larder::conformance
