// SPDX-License-Identifier: Apache-2.0
// All backends of the process have one store, and SHARED is not declared.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    Reference::store(op, nullptr);
    everybodys()[nameOf(op)] = entries_[nameOf(op)];
    return LARDER_OK;
  }
  larder_status get(larder_op& op) override {
    {
      const std::lock_guard lock(mutex_);
      entries_ = everybodys();
    }
    return Reference::get(op);
  }

 private:
  static std::map<Name, Entry>& everybodys() {
    static std::map<Name, Entry> entries;
    return entries;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
