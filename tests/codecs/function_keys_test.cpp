// SPDX-License-Identifier: Apache-2.0
//
// Arguments as keys: different arguments never produce the same key.
#include <larder/cached.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "unit/open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

// Its codec writes no length, so a reader cannot tell where the text ends.
struct Word {
  std::string text;
};

}  // namespace

template <>
struct larder::Codec<Word> {
  static void write(ByteWriter& to, const Word& word) { to.raw(word.text); }
  static Word read(ByteReader& from) { return {std::string(from.raw(from.left()))}; }
};

namespace {

class FunctionKeys : public ::testing::Test {
 protected:
  // Returns how many of the calls ran the function.
  template <class Function, class... Calls>
  int runsOf(Function function, Calls... calls) {
    int runs = 0;
    const auto wrapped = cached(cache_, "f", larder::cache(1h), function(runs));
    (calls(wrapped), ...);
    return runs;
  }

  HostServices services_;
  std::shared_ptr<Backend> backend_ =
      Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "test", {}, services_);
  Cache cache_{backend_, {}};
};

auto twoStrings(int& runs) {
  return [&runs](const std::string&, const std::string&) { return ++runs; };
}

}  // namespace

TEST_F(FunctionKeys, DifferEvenIfTheirConcatenationIsTheSame) {
  EXPECT_EQ(runsOf(
                twoStrings, [](auto& f) { f("a", "bc"); }, [](auto& f) { f("ab", "c"); },
                [](auto& f) { f("abc", ""); }, [](auto& f) { f("", "abc"); }),
            4);
}

TEST_F(FunctionKeys, DifferIfArgumentsContainSeparators) {
  EXPECT_EQ(
      runsOf(
          twoStrings, [](auto& f) { f("a=1:b", ""); }, [](auto& f) { f("a", "1:b"); },
          [](auto& f) { f("1:a", "1:b"); }, [](auto& f) { f("1:a1:b", ""); },
          [](auto& f) { f(std::string("a\0b", 3), "c"); }, [](auto& f) { f("a", std::string("b\0c", 3)); }),
      6);
}

TEST_F(FunctionKeys, DifferEvenIfACodecWritesNoLengths) {
  const auto function = [](int& runs) { return [&runs](const Word&, const Word&) { return ++runs; }; };

  EXPECT_EQ(runsOf(
                function, [](auto& f) { f({"a"}, {"bc"}); }, [](auto& f) { f({"ab"}, {"c"}); }),
            2);
}

TEST_F(FunctionKeys, DifferByTheNestingOfLists) {
  using Lists = std::vector<std::vector<std::string>>;
  const auto function = [](int& runs) { return [&runs](const Lists&) { return ++runs; }; };

  EXPECT_EQ(runsOf(
                function,
                [](auto& f) {
                  f({{"a", "b"}});
                },
                [](auto& f) {
                  f({{"a"}, {"b"}});
                },
                [](auto& f) {
                  f({{"a", "b"}, {}});
                },
                [](auto& f) {
                  f({{}, {"a", "b"}});
                }),
            4);
}

TEST_F(FunctionKeys, AreTheSameForEqualHashTables) {
  const auto function = [](int& runs) { return [&runs](const std::unordered_set<int>&) { return ++runs; }; };
  std::unordered_set<int> up(1);
  std::unordered_set<int> down(1000);
  for (int i = 0; i < 100; ++i) {
    up.insert(i);
    down.insert(99 - i);
  }

  EXPECT_EQ(runsOf(
                function, [&](auto& f) { f(up); }, [&](auto& f) { f(down); }),
            1);
}

TEST_F(FunctionKeys, DifferByTheNumberOfArguments) {
  const auto one = cached(cache_, "f", larder::cache(1h), [](const std::string&) { return 1; });
  Cache other_program(backend_, {});  // within one Cache, a name belongs to one signature
  const auto two =
      cached(other_program, "f", larder::cache(1h), [](const std::string&, const std::string&) { return 2; });

  EXPECT_EQ(one("a"), 1);
  EXPECT_EQ(two("a", ""), 2);
}
