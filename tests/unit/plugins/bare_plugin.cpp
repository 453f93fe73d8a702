// SPDX-License-Identifier: Apache-2.0
//
// A backend with every core capability and no extension: the SDK must provide everything else.
#include "memory_backend.hpp"

namespace {

class Bare final : public larder::tests::MemoryBackend {
 public:
  using MemoryBackend::MemoryBackend;
};

}  // namespace

LARDER_PLUGIN(Bare, "bare", "1.0.0")
