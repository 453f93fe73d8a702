// SPDX-License-Identifier: Apache-2.0
//
// A backend supports the capabilities it declares and refuses all others with LARDER_UNSUPPORTED.
#include "fixture.hpp"
#include "raw_backend.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace larder::conformance {
namespace {

// An operation that needs a capability or an extension, on an entry whose value is "1".
struct Probe {
  std::string_view what;
  std::uint64_t capability;  ///< or 0
  std::string_view extension;
  std::uint32_t opcode;
  std::uint32_t flags;
  std::string_view value;
};

constexpr std::array kProbes = {
    Probe{"SET with IF_ABSENT", LARDER_CAP_CONDITIONS, "", LARDER_OP_SET, LARDER_IF_ABSENT, "1"},
    Probe{"SET with IF_PRESENT", LARDER_CAP_CONDITIONS, "", LARDER_OP_SET, LARDER_IF_PRESENT, "1"},
    Probe{"SET with KEEP_TTL", LARDER_CAP_CONDITIONS, "", LARDER_OP_SET, LARDER_KEEP_TTL, "1"},
    Probe{"SET with IF_VERSION", LARDER_CAP_VERSIONS, "", LARDER_OP_SET, LARDER_IF_VERSION, "1"},
    Probe{"DELETE with IF_VERSION", LARDER_CAP_VERSIONS, "", LARDER_OP_DELETE, LARDER_IF_VERSION, ""},
    Probe{"TOUCH", LARDER_CAP_TTL, "", LARDER_OP_TOUCH, 0, ""},
    Probe{"TTL", LARDER_CAP_TTL, "", LARDER_OP_TTL, 0, ""},
    Probe{"CLEAR_NAMESPACE", LARDER_CAP_CLEAR, "", LARDER_OP_CLEAR_NAMESPACE, 0, ""},
    Probe{"INCREMENT", 0, LARDER_ATOMIC, LARDER_OP_INCREMENT, 0, ""},
    Probe{"COMPARE_SET", 0, LARDER_ATOMIC, LARDER_OP_COMPARE_SET, 0, "2"},
    Probe{"LOCK", 0, LARDER_LOCK, LARDER_OP_LOCK, 0, "token"},
    Probe{"UNLOCK", 0, LARDER_LOCK, LARDER_OP_UNLOCK, 0, "token"},
    Probe{"SCAN", 0, LARDER_SCAN, LARDER_OP_SCAN, 0, ""},
    Probe{"INTROSPECT", 0, LARDER_INTROSPECT, LARDER_OP_INTROSPECT, 0, ""}};

class Capabilities : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    raw_ = std::make_unique<RawBackend>(*subject().library, subject().settings);
  }

  bool isDeclared(const Probe& probe) {
    if (probe.capability != 0) return hasCapability(probe.capability);
    return raw_->extension(probe.extension) != nullptr;
  }

  larder_status tryOut(const Probe& probe) {
    EXPECT_EQ(RawOp(LARDER_OP_SET, space_, "k", "1").perform(*raw_), LARDER_OK);
    RawOp op(probe.opcode, space_, "k", probe.value);
    op.op().flags = probe.flags;
    op.op().ttl_ms = 10'000;
    op.op().expected_version = 1;
    op.op().expected = {"1", 1};
    op.op().number = 10;
    return op.perform(*raw_);
  }

  std::unique_ptr<RawBackend> raw_;
};

TEST_F(Capabilities, UndeclaredOnesAreUnsupported) {
  int tried = 0;
  for (const auto& probe : kProbes) {
    if (isDeclared(probe)) continue;
    EXPECT_EQ(tryOut(probe), LARDER_UNSUPPORTED) << probe.what << " is not declared";
    ++tried;
  }
  if (tried == 0) GTEST_SKIP() << "everything is declared";
}

TEST_F(Capabilities, DeclaredOnesWork) {
  for (const auto& probe : kProbes) {
    if (!isDeclared(probe)) continue;
    const auto status = tryOut(probe);
    EXPECT_GE(status, LARDER_OK) << probe.what << " is declared";
  }
}

TEST_F(Capabilities, VersionsAre0UnlessDeclared) {
  if (hasCapability(LARDER_CAP_VERSIONS)) GTEST_SKIP() << "versions are declared";
  RawOp stored(LARDER_OP_SET, space_, "k", "value");
  RawOp read(LARDER_OP_GET, space_, "k");
  ASSERT_EQ(stored.perform(*raw_), LARDER_OK);
  ASSERT_EQ(read.perform(*raw_), LARDER_OK);

  EXPECT_EQ(stored.op().version, 0u);
  EXPECT_EQ(read.op().version, 0u);
}

TEST_F(Capabilities, AnInlineBackendNeverReturnsPending) {
  LARDER_NEEDS(LARDER_CAP_INLINE);
  for (const std::uint32_t opcode : {LARDER_OP_SET, LARDER_OP_GET, LARDER_OP_EXISTS, LARDER_OP_DELETE}) {
    RawOp op(opcode, space_, "k", "value");
    const auto status = raw_->submit(op.op());
    EXPECT_NE(status, LARDER_PENDING) << "opcode " << opcode;
    if (status == LARDER_PENDING) op.wait();
  }
}

TEST_F(Capabilities, AreTheSameForEveryBackend) {
  const RawBackend other(*subject().library, subject().settings);

  EXPECT_EQ(other.table().capabilities, raw_->table().capabilities);
  EXPECT_EQ(other.table().max_key_size, raw_->table().max_key_size);
  EXPECT_EQ(other.table().max_value_size, raw_->table().max_value_size);
}

TEST_F(Capabilities, AnExtensionsTableIsTheSameEachTimeAndStatesItsSize) {
  for (const auto id : kExtensions) {
    const auto* table = static_cast<const larder_extension*>(raw_->extension(id));
    if (table == nullptr) continue;
    EXPECT_GE(table->struct_size, sizeof(larder_extension)) << id;
    EXPECT_EQ(raw_->extension(id), table) << id;
  }
}

TEST_F(Capabilities, AnIdThatMerelyBeginsLikeAnExtensionsIsUnknown) {
  for (const auto id : kExtensions)
    for (const auto& wrong : {std::string(id) + "0", std::string(id) + std::string(1, '\0'),
                              std::string(id.substr(0, id.size() - 1)), "x" + std::string(id)})
      EXPECT_EQ(raw_->extension(wrong), nullptr) << wrong;
}

}  // namespace
}  // namespace larder::conformance
