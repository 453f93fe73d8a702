// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_QUERY_SPAN_HPP
#define LARDER_USERS_QUERY_SPAN_HPP

#include <string>
#include <string_view>

#include <larder/http/child_span.hpp>
#include "users/user_store.hpp"

namespace larder::users {

/// Returns the result of `query`, which does `operation`, such as "SELECT", on the users table; its time is a
/// span of the request if that is traced.
template <class Query>
auto queried(const UserStore& store, const http::Request& request, std::string_view operation, Query query) {
  http::ChildSpan span(request, std::string(operation) + " users", http::SpanKind::client);
  span.set("db.system.name", store.system());
  span.set("db.operation.name", operation);
  span.set("db.collection.name", "users");
  return query();
}

}  // namespace larder::users

#endif
