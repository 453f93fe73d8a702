// SPDX-License-Identifier: Apache-2.0
//
// RocksDB's HyperClockCache. It takes only 16-byte keys, so keys are hashed, as any user would have to; the
// value is a copy that the cache owns and frees.
#include <rocksdb/cache.h>

#include <cstring>
#include <functional>

#include "harness.hpp"

namespace {

using namespace larder::peers;

void deleteValue(const rocksdb::Slice&, void* value) { delete static_cast<std::string*>(value); }

class HyperClock {
 public:
  explicit HyperClock(const Load& load)
      : charge_(load.valueSize + 64),
        cache_(rocksdb::HyperClockCacheOptions(load.capacity * charge_, charge_).MakeSharedCache()) {}

  bool get(std::string_view key) {
    rocksdb::Cache::Handle* const handle = cache_->Lookup(shortened(key));
    if (handle == nullptr) return false;
    const bool right = (*static_cast<std::string*>(cache_->Value(handle)))[0] == 'v';
    cache_->Release(handle);
    return right;
  }
  void set(std::string_view key, std::string_view value) {
    auto* const copy = new std::string(value);
    if (!cache_->Insert(shortened(key), copy, charge_, &deleteValue).ok()) delete copy;
  }

 private:
  // Returns a 16-byte key in a thread-local buffer.
  static rocksdb::Slice shortened(std::string_view key) {
    thread_local char text[16];
    const std::uint64_t hash = std::hash<std::string_view>()(key);
    std::memcpy(text, &hash, 8);
    std::memcpy(text + 8, key.data() + 12, 8);
    return {text, sizeof text};
  }

  const std::size_t charge_;
  const std::shared_ptr<rocksdb::Cache> cache_;
};

}  // namespace

int main(int argc, char** argv) {
  const Load load = readLoad(argc, argv);
  HyperClock cache(load);
  run(load, cache);
}
