'use strict';
const element = id => document.getElementById(id);
let user = null;

// Sends JSON and shows the response; the browser adds the cookie, which scripts cannot see.
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
