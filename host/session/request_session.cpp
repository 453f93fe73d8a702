// SPDX-License-Identifier: Apache-2.0
#include <larder/http/request_session.hpp>

#include <utility>

#include <larder/http/cross_site.hpp>

namespace larder::http {
namespace {

Response endedResponse() {
  return Response::problem(409, "session-ended", "Session ended",
                           "The session ended while this request used it; its changes were discarded.");
}

Response crossSiteResponse() {
  return Response::problem(403, "cross-site-write", "Forbidden",
                           "A page of another origin sent this request; use the service's own pages.");
}

Response tooLargeResponse() {
  return Response::problem(413, "session-too-large", "Session too large",
                           "The session would exceed its size limit; remove something from it.");
}

bool restricted(const Headers& headers) {
  for (const std::string_view directive : {"no-store", "private", "no-cache"})
    if (hasDirective(headers, "Cache-Control", directive)) return true;
  return false;
}

}  // namespace

RequestSession::RequestSession(SessionStore& store, SessionCookie cookie, const Request& request)
    : store_(store),
      cookie_(cookie),
      sent_(cookie.valueIn(request.headers)),
      crossSite_(isCrossSiteWrite(request)),
      secure_(request.secure) {}

Response RequestSession::unavailable() {
  return Response::unavailable("sessions-unavailable", "Sessions unavailable",
                               "The session store cannot be reached at the moment; try again.");
}

// A handler may swallow the exception; the response must still be a 503.
template <class Step>
auto RequestSession::remembered(Step step) {
  try {
    return step();
  } catch (const SessionsUnavailable& error) {
    fault_ = error.what();
    throw;
  }
}

Session& RequestSession::session() {
  if (crossSite_) throw CrossSiteWrite();
  if (session_) return *session_;
  if (sent_) session_ = remembered([&] { return store_.load(*sent_); });
  if (!session_) session_ = store_.create();
  return *session_;
}

bool RequestSession::update(const std::function<void(Session&)>& change) {
  auto& mine = session();
  return remembered([&] {
    written_ = true;
    if (mine.isNew()) {
      change(mine);
      return store_.save(mine);
    }
    if (mine.changed() && !store_.save(mine)) return false;
    auto updated = store_.update(mine.id(), change);
    if (!updated) return false;
    mine = *std::move(updated);
    return true;
  });
}

void RequestSession::login(std::string user) {
  const auto before = session().user();
  if (before && *before != user) logout();
  user_ = std::move(user);
}

void RequestSession::rotate() {
  session();
  rotate_ = true;
}

void RequestSession::logout() {
  auto& mine = session();
  remembered([&] { store_.destroy(mine); });
  ended_ = written_ = true;
  rotate_ = false;
  user_.reset();
}

std::optional<std::string> RequestSession::fingerprint() {
  auto& mine = session();
  if (!keyed_)
    static_cast<void>(remembered([&] { return store_.touch(mine); }));  // a hit runs no handler that would
  keyed_ = true;
  return mine.isNew() ? std::nullopt : std::optional(mine.fingerprint());
}

Response RequestSession::around(const std::function<Response()>& handler,
                                const std::function<void(std::string_view)>& unavailable) {
  try {
    Response response = handler();
    if (!fault_) {
      if (response.status < 500 && !store()) response = endedResponse();
      mark(response);
      return response;
    }
  } catch (const SessionsUnavailable& error) {
    fault_ = error.what();
  } catch (const SessionTooLarge&) {
    return tooLargeResponse();
  } catch (const CrossSiteWrite&) {
    return crossSiteResponse();
  }
  if (unavailable) unavailable(*fault_);
  return RequestSession::unavailable();
}

// Returns false if there were changes to store but the session has ended meanwhile.
bool RequestSession::store() {
  if (!session_) return true;
  if (user_) return storeLogin();
  if (rotate_ && !session_->isNew()) return written(store_.rotate(*session_));
  if (session_->changed()) return written(store_.save(*session_));
  static_cast<void>(store_.touch(*session_));  // it was alive when the handler read it
  return true;
}

bool RequestSession::storeLogin() {
  if (written(store_.login(*session_, *user_))) return true;
  session_ = store_.create();  // a log-in inherits nothing from the previous session
  return store_.login(*session_, *user_);
}

bool RequestSession::written(bool stored) {
  written_ = true;
  return stored;
}

void RequestSession::mark(Response& response) const {
  if (!used()) return;
  if (!hasDirective(response.headers, "Vary", "Cookie")) response.headers.add("Vary", "Cookie");
  const bool stored = !session_->isNew() && session_->id() != sent_;
  if (response.status < 500 && stored)
    response.headers.add("Set-Cookie", cookie_.set(session_->id(), secure_));
  else if (ended_ && session_->isNew())
    response.headers.add("Set-Cookie", cookie_.remove(secure_));
  if (keyed_ && !written_) {
    response.caching.session = SessionUse::key;
    return;
  }
  response.caching.session = SessionUse::own;
  if (!restricted(response.headers)) response.headers.set("Cache-Control", "no-store");
}

}  // namespace larder::http
