// SPDX-License-Identifier: Apache-2.0
//
// A backend that cannot be opened without a setting, and whose texts contain terminal control sequences.
#include <larder/plugin.hpp>

namespace {

constexpr larder_option kOptions[] = {
    larder::plugin::option("token", LARDER_OPTION_STRING, "", "who we are", 1, 64,
                           LARDER_OPTION_REQUIRED | LARDER_OPTION_SECRET),
    larder::plugin::option("hosts", LARDER_OPTION_STRING, "a,b", "clear \x1b[2J it", 0, 0,
                           LARDER_OPTION_LIST | LARDER_OPTION_URL),
};

class NeedsSettings final : public larder::plugin::Backend {
 public:
  static larder::plugin::Info info() { return {"Larder's \xff tests", "Apache-2.0", kOptions, 2}; }
  NeedsSettings(larder::plugin::Host, const larder::plugin::Settings&) {}

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE | LARDER_CAP_SHARED; }
  void submit(larder_op* const*, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) results[i] = LARDER_UNSUPPORTED;
  }
};

}  // namespace

LARDER_PLUGIN(NeedsSettings, "needs_settings", "1.0.0")
LARDER_DEFINE_SCHEMES("needs,needs+tls");
