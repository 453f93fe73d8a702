// Requests to the JSON API of this listener. The browser adds the password for Basic authentication, if the listener asks for one.

async function answerOf(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.detail || `the host answered ${response.status}`);
  return body;
}

// A hung host must not stop the polling.
const limit = () => AbortSignal.timeout(15000);

export async function get(path) {
  return answerOf(await fetch(path, {cache: 'no-store', signal: limit()}));
}

export async function post(path, body) {
  return answerOf(await fetch(path, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
    signal: limit(),
  }));
}
