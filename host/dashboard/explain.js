// Explains what the cache would do with a request, as a chain from the verdict to the entry.
import {byId, bytes, duration, element} from './elements.js';
import {post} from './api.js';
import {invalidate} from './actions.js';

function asChain(rows) {
  return element('dl', {className: 'chain'}, ...rows.flatMap(([name, text]) => [
    element('dt', {textContent: name}), element('dd', {className: 'code', textContent: text})]));
}

function entryText({state, bytes: size, age_ms, ttl_ms, error}) {
  const facts = [state];
  if (size !== undefined) facts.push(bytes(size));
  if (age_ms !== undefined) facts.push(`age ${duration(age_ms)}`);
  if (ttl_ms !== undefined) facts.push(ttl_ms >= 0 ? `fresh for ${duration(ttl_ms)}` : `expired for ${duration(-ttl_ms)}`);
  if (error) facts.push(error);
  return facts.join(', ');
}

function rowsOf({route, rules = [], key, entry}) {
  const rows = [];
  if (route) rows.push(['route', route]);
  for (const {rule, value, from} of rules) rows.push(['rule', `${rule} ${value}, from ${from}`]);
  if (key) {
    for (const {name, value} of key.fields) rows.push(['key', value === null ? `${name} is not there` : `${name} = ${value}`]);
    rows.push(['stored as', key.stored]);
  }
  if (entry) {
    rows.push(['entry', entryText(entry)]);
    if (entry.tags) rows.push(['tags', entry.tags.join(', ') || 'none']);
    if (entry.outdated_tags) rows.push(['invalidated tags', entry.outdated_tags.join(', ')]);
  }
  return rows;
}

function show(request, explanation) {
  const {outcome, reason, key, entry} = explanation;
  const parts = [element('p', {}, element('strong', {textContent: outcome}), `: ${reason}`), asChain(rowsOf(explanation))];
  if (key && entry && entry.state !== 'absent') {
    const button = element('button', {type: 'button', textContent: 'Invalidate this response'});
    button.addEventListener('click', () => invalidate(request, `The response to ${request.url}`));
    parts.push(button);
  }
  byId('explanation').replaceChildren(...parts);
}

function requestIn(form) {
  const {url, header} = Object.fromEntries(new FormData(form));
  const request = {url, method: 'GET', headers: {}};
  const colon = header.indexOf(':');
  if (colon > 0) request.headers[header.slice(0, colon).trim()] = header.slice(colon + 1).trim();
  return request;
}

export function listenForQuestions() {
  byId('explain').addEventListener('submit', async event => {
    event.preventDefault();
    const request = requestIn(event.target);
    try {
      show(request, await post('/api/explain', request));
    } catch (error) {
      byId('explanation').replaceChildren(element('p', {className: 'bad', textContent: error.message}));
    }
  });
}
