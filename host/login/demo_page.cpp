// SPDX-License-Identifier: Apache-2.0
#include "login/demo_page.hpp"

#include <string>

namespace larder::login {
namespace {

constexpr const char* kPage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sessions</title>
<h1>A session</h1>
<p>Read from the store at each request; reload, or ask another host that shares the store.</p>
<pre id="session"></pre>
<p id="answer" role="status"></p>
<h2>Register or log in</h2>
<form id="login">
  <p><label>Name <input name="name" autocomplete="name"></label> (to register)
  <p><label>Email <input name="email" type="email" autocomplete="username" required></label>
  <p><label>Password <input name="password" type="password" autocomplete="current-password" minlength="8" required></label>
  <p><button name="action" value="register">Register</button> <button name="action" value="login">Log in</button>
</form>
<h2>Write into the session</h2>
<form id="field">
  <p><label>Field <input name="name" maxlength="64" required value="color"></label>
  <label>Value <input name="value" value="blue"></label> <button>Set</button>
</form>
<h2>Log out</h2>
<p><button id="logout">Here</button> <button id="revoke">Everywhere</button></p>
<script src="/demo.js"></script>
)";

constexpr const char* kScript = R"('use strict';
const element = id => document.getElementById(id);
let user = null;

// Sends JSON and shows what came back; the browser adds the cookie, which scripts can't see.
async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : {'Content-Type': 'application/json'},
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const problem = response.ok ? '' : (await response.json()).detail;
  element('answer').textContent = `${method} ${path}: ${response.status} ${problem}`;
  return response;
}

async function show() {
  const response = await fetch('/sessions/current');
  const session = await response.json();
  user = session.user;
  element('session').textContent = JSON.stringify(session, null, 2);
}

element('login').addEventListener('submit', async event => {
  event.preventDefault();
  const form = Object.fromEntries(new FormData(event.target));
  const {name, email, password} = form;
  const created = event.submitter.value !== 'register' || (await send('POST', '/users', {name, email, password})).ok;
  if (created) await send('POST', '/sessions', {email, password});
  await show();
});
element('field').addEventListener('submit', async event => {
  event.preventDefault();
  const {name, value} = Object.fromEntries(new FormData(event.target));
  await send('PATCH', '/sessions/current', {[name]: value});
  await show();
});
element('logout').addEventListener('click', async () => {
  await send('DELETE', '/sessions/current');
  await show();
});
element('revoke').addEventListener('click', async () => {
  await send('DELETE', `/users/${user ? user.id : 0}/sessions`);
  await show();
});
show();
)";

http::Response document(std::string type, std::string text) {
  return {200,
          {{"Content-Type", std::move(type)},
           {"Content-Security-Policy",
            "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'none'; "
            "frame-ancestors 'none'; base-uri 'none'"},
           {"X-Content-Type-Options", "nosniff"}},
          std::move(text)};
}

}  // namespace

http::Response demoPage() { return document("text/html; charset=utf-8", kPage); }
http::Response demoScript() { return document("text/javascript; charset=utf-8", kScript); }

}  // namespace larder::login
