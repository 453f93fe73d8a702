// SPDX-License-Identifier: Apache-2.0
#include <larder/cache.hpp>

#include <utility>

namespace larder {
namespace {

// The objects that Cache::open creates if the caller passes no services. The backend is destroyed first.
struct Opened {
  HostServices services;
  std::unique_ptr<Backend> backend;
};

}  // namespace

Cache Cache::open(std::string_view url, CacheOptions options, HostServices* services,
                  const PluginSearch& search) {
  if (services != nullptr) return Cache(Backend::open(url, *services, search), std::move(options));
  const auto opened = std::make_shared<Opened>();
  opened->backend = Backend::open(url, opened->services, search);
  return Cache(std::shared_ptr<Backend>(opened, opened->backend.get()), std::move(options));
}

Status Cache::invalidate(std::initializer_list<std::string_view> tags) {
  const std::vector<std::string> owned(tags.begin(), tags.end());
  return invalidate(owned);
}

Status Cache::invalidate(std::string_view tag) {
  const std::string owned(tag);
  return invalidate(std::span(&owned, 1));
}

}  // namespace larder
