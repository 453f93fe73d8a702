// SPDX-License-Identifier: Apache-2.0
#include "response_cache/response_cache.hpp"

#include <memory>
#include <utility>

#include "response_cache/cached_exchange.hpp"

namespace larder::http {

void ResponseCache::respond(const Endpoint& endpoint, std::shared_ptr<const Request> request,
                            Executor& workers, Done done) const {
  const auto exchange =
      std::make_shared<CachedExchange>(cache_, gate_, endpoint, std::move(request), workers, std::move(done));
  try {
    exchange->begin();
  } catch (...) {
    exchange->fail(std::current_exception());
  }
}

}  // namespace larder::http
