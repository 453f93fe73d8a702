// Lists the endpoints of /openapi.json and shows the response to a GET.
'use strict';
const byId = id => document.getElementById(id);
const kept = 10;  // responses
const files = ['/', '/page.css', '/icon.svg', '/welcome.js', '/demo.js'];  // parts of pages, not listed as endpoints

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const cell = (text, className = '') => element('td', {textContent: text, className});

function verdict(cacheStatus) {
  if (cacheStatus === null) return 'not cached';
  if (/; *hit/.test(cacheStatus)) return 'hit';
  return /fwd=bypass/.test(cacheStatus) ? 'bypass' : 'miss';
}

function showResponse(path, response, milliseconds) {
  const cacheStatus = response.headers.get('Cache-Status');
  byId('responses').prepend(element('tr', {}, element('th', {scope: 'row', className: 'code', textContent: `GET ${path}`}),
    cell(verdict(cacheStatus)), cell(response.status, 'number'), cell(`${milliseconds.toFixed(1)} ms`, 'number'),
    cell(cacheStatus ?? '–', 'code')));
  while (byId('responses').children.length > kept) byId('responses').lastElementChild.remove();
}

async function send(path) {
  const begun = performance.now();
  try {
    // The browser's own cache would hide what this host does.
    const response = await fetch(path, {cache: 'no-store', headers: {Accept: 'application/json'}});
    const body = await response.text();
    showResponse(path, response, performance.now() - begun);
    byId('body').textContent = body.slice(0, 4000);
  } catch (error) {
    byId('body').textContent = `GET ${path}: ${error.message}`;
  }
}

function tryButton(path) {
  const button = element('button', {type: 'button', textContent: 'Try', ariaLabel: `Try GET ${path}`});
  button.addEventListener('click', () => {
    byId('try').elements.path.value = path;
    send(path);
  });
  return button;
}

async function listEndpoints() {
  const {paths} = await (await fetch('/openapi.json')).json();
  for (const [pattern, operations] of Object.entries(paths)) {
    if (files.includes(pattern)) continue;
    for (const [method, {summary}] of Object.entries(operations)) {
      const row = element('tr', {}, cell(method.toUpperCase()), cell(pattern, 'code'), cell(summary), cell(''));
      if (method === 'get') row.lastElementChild.append(tryButton(pattern.replace(/\{[^}]*\}/g, '7')));
      byId('endpoints').append(row);
    }
  }
}

byId('try').addEventListener('submit', event => {
  event.preventDefault();
  send(event.target.elements.path.value);
});
listEndpoints();
