// SPDX-License-Identifier: Apache-2.0
#include <larder/codec.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace larder;
using namespace std::chrono_literals;

namespace {

enum class Colour : std::uint8_t { red = 1, blue = 200 };

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Offer {
  std::string article;
  Point place;
  std::optional<double> price;
  std::vector<Point> stops;
  Colour colour = Colour::red;
  friend bool operator==(const Offer&, const Offer&) = default;
};

// Has the largest supported number of members.
struct Wide {
  bool a, b, c, d, e, f, g, h;
  int i, j, k, l, m, n, o, p;
  friend bool operator==(const Wide&, const Wide&) = default;
};

struct NoDefault {
  explicit NoDefault(int number) : value(number) {}
  int value;
  friend bool operator==(const NoDefault&, const NoDefault&) = default;
};

struct HoldsNoDefault {
  NoDefault first;
  std::string second;
  friend bool operator==(const HoldsNoDefault&, const HoldsNoDefault&) = default;
};

// A tree. Its handwritten codec combines the codecs of its members.
struct Node {
  std::string name;
  std::vector<Node> children;
  friend bool operator==(const Node&, const Node&) = default;
};

}  // namespace

template <>
struct larder::Codec<NoDefault> {
  static void write(ByteWriter& to, const NoDefault& value) { Codec<int>::write(to, value.value); }
  static NoDefault read(ByteReader& from) { return NoDefault(Codec<int>::read(from)); }
};

template <>
struct larder::Codec<Node> {
  static void write(ByteWriter& to, const Node& node) {
    Codec<std::string>::write(to, node.name);
    Codec<std::vector<Node>>::write(to, node.children);
  }
  static Node read(ByteReader& from) {
    return {Codec<std::string>::read(from), Codec<std::vector<Node>>::read(from)};
  }
};

namespace {

template <class T>
std::string bytesOf(const T& value) {
  std::string bytes;
  ByteWriter writer(bytes);
  Codec<T>::write(writer, value);
  return bytes;
}

template <class T>
void expectBack(const T& value) {
  const auto bytes = bytesOf(value);
  ByteReader reader(bytes);
  EXPECT_TRUE(Codec<T>::read(reader) == value);
  EXPECT_TRUE(reader.finished());
}

template <class T>
void expectNoTruncationPasses(const T& value) {
  const auto bytes = bytesOf(value);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string cut(bytes, 0, size);
    ByteReader reader(cut);
    Codec<T>::read(reader);
    EXPECT_FALSE(reader.finished()) << size;
  }
}

template <class T>
void readNoise() {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string noise;
    for (auto size = random() % 64; size > 0; --size) noise += static_cast<char>(random());
    ByteReader reader(noise);
    Codec<T>::read(reader);  // a sanitizer detects reads out of bounds
  }
}

struct Empty {};
struct WithArray {
  int numbers[2];
};
struct WithOneArray {
  char letter[1];
};
struct WithArrayWithin {
  std::string name;
  int numbers[3];
  double price;
};
struct WithPointer {
  int number;
  const char* text;
};
struct WithView {
  std::string_view text;
};
struct WithReference {
  const std::string& text;
};
struct WithChangeableReference {
  int& number;
};
struct Derived : Point {
  int z;
};
struct DerivedFromNothing : Empty {
  int z;
};
struct Seventeen {
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q;
};
union Either {
  int number;
  float real;
};
struct Constructed {
  Constructed(int first, int second) : sum(first + second) {}
  int sum;
};
class Hidden {
 public:
  int number() const { return number_; }

 private:
  int number_ = 0;
};

static_assert(Encodable<Point> && Encodable<Offer> && Encodable<Wide>);
static_assert(Encodable<std::vector<std::map<std::string, Offer>>>);
static_assert(!Encodable<Empty> && !Encodable<std::tuple<>> && !Encodable<std::array<int, 0>>,
              "they take no bytes, so a vector of them could not be told from an empty one");
static_assert(!Encodable<WithArray> && !Encodable<WithOneArray> && !Encodable<WithArrayWithin>);
static_assert(!Encodable<WithPointer> && !Encodable<WithView>);
static_assert(!Encodable<WithReference> && !Encodable<WithChangeableReference>);
static_assert(!Encodable<Derived> && !Encodable<DerivedFromNothing>);
static_assert(!Encodable<Seventeen> && !Encodable<Either> && !Encodable<Constructed> && !Encodable<Hidden>);

static_assert(!Encodable<int*> && !Encodable<const char*> && !Encodable<void*> && !Encodable<std::nullptr_t>);
static_assert(!Encodable<std::string_view> && !Encodable<std::span<const int>>);
static_assert(!Encodable<std::unique_ptr<int>> && !Encodable<std::shared_ptr<int>>);
static_assert(!Encodable<std::reference_wrapper<int>> && !Encodable<int&> && !Encodable<int Point::*>);
static_assert(!Encodable<std::vector<const char*>> && !Encodable<std::optional<std::string_view>>);
static_assert(!Encodable<std::function<int()>>);
static_assert(!Encodable<std::chrono::steady_clock::time_point>, "it means nothing on another host");

}  // namespace

TEST(Codecs, RoundTripNumbersAtTheirLimits) {
  expectBack(std::numeric_limits<std::int64_t>::min());
  expectBack(std::numeric_limits<std::uint64_t>::max());
  expectBack(std::numeric_limits<std::int8_t>::min());
  expectBack('\xff');
  expectBack(true);
  expectBack(Colour::blue);
  expectBack(std::byte{0xfe});
  expectBack(-0.0);
  expectBack(std::numeric_limits<double>::infinity());
  expectBack(std::numeric_limits<float>::denorm_min());
}

TEST(Codecs, RoundTripTimes) {
  expectBack(-5s);
  expectBack(std::chrono::duration<double>(0.25));
  expectBack(std::chrono::system_clock::time_point(1234567ns));
  expectBack(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29));
}

TEST(Codecs, RoundTripContainers) {
  expectBack(std::string("with\0nul", 8));
  expectBack(std::vector<bool>{true, false, true});
  expectBack(std::array<std::string, 3>{"a", "", "c"});
  expectBack(std::set<std::string>{"b", "a"});
  expectBack(std::set<int, std::greater<>>{1, 2, 3});
  expectBack(std::unordered_set<std::string>{"x", "y", "z"});
  expectBack(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}});
  expectBack(std::unordered_map<int, std::string>{{1, "one"}, {2, "two"}});
  expectBack(std::pair<int, std::string>{1, "a"});
  expectBack(std::tuple<int, std::optional<std::string>>{1, std::nullopt});
  expectBack(std::optional<std::optional<int>>{std::optional<int>{}});
  expectBack(std::vector<std::vector<std::string>>{{}, {"a"}, {"", ""}});
}

TEST(Codecs, RoundTripPlainStructs) {
  expectBack(Point{3, -4});
  expectBack(Offer{"bolt", {1, 2}, 2.5, {{3, 4}, {5, 6}}, Colour::blue});
  expectBack(Wide{true, false, true, false, true, false, true, false, 1, 2, 3, 4, 5, 6, 7, 8});
  expectBack(std::vector<Point>{{1, 2}, {3, 4}});
}

TEST(Codecs, UseCustomCodecsWithinPlainStructs) {
  expectBack(HoldsNoDefault{NoDefault(7), "x"});
  expectBack(Node{"root", {{"leaf", {}}, {"branch", {{"twig", {}}}}}});
}

// Needed for keys: tables that differ only in insertion order or number of buckets are equal.
TEST(Codecs, WriteEqualHashTablesAsEqualBytes) {
  std::unordered_set<int> up(1);
  std::unordered_set<int> down(1000);
  std::unordered_map<std::string, int> first(1);
  std::unordered_map<std::string, int> second(1000);
  for (int i = 0; i < 100; ++i) {
    up.insert(i);
    down.insert(99 - i);
    first[std::to_string(i)] = i;
    second[std::to_string(99 - i)] = 99 - i;
  }
  ASSERT_NE(*up.begin(), *down.begin()) << "the test proves nothing unless the orders differ";

  EXPECT_EQ(bytesOf(up), bytesOf(down));
  EXPECT_EQ(bytesOf(first), bytesOf(second));
}

TEST(Codecs, DetectTruncatedBytes) {
  expectNoTruncationPasses(Offer{"bolt", {1, 2}, 2.5, {{3, 4}}, Colour::blue});
  expectNoTruncationPasses(std::unordered_map<int, std::string>{{1, "one"}, {2, "two"}});
  expectNoTruncationPasses(std::set<std::string>{"a", "b"});
  expectNoTruncationPasses(std::array<int, 2>{1, 2});
  expectNoTruncationPasses(std::vector<std::tuple<int, std::string>>{{1, "a"}, {2, "b"}});
}

TEST(Codecs, SurviveAnyBytes) {
  readNoise<Offer>();
  readNoise<Node>();
  readNoise<std::unordered_map<std::string, std::set<int>>>();
  readNoise<std::unordered_set<std::string>>();
  readNoise<std::vector<std::array<std::string, 2>>>();
  readNoise<std::optional<std::chrono::system_clock::time_point>>();
}
