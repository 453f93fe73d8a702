// The tables of hot keys and invalidations.
import {byId, count, duration, element, rate, setText, showRows} from './elements.js';
import {invalidate} from './actions.js';

const cell = className => element('td', className ? {className} : {});

function makeHotKey() {
  const button = element('button', {type: 'button', textContent: 'Invalidate'});
  const row = element('tr', {}, element('th', {scope: 'row', className: 'code'}), cell('code'), cell('number'), cell('number'), element('td', {}, button));
  button.addEventListener('click', () => invalidate({key: row.dataset.key}, `The response to ${row.dataset.target}`));
  return row;
}

function fillHotKey(row, {target, route, requests_per_second, hit_ratio}) {
  row.dataset.target = target;
  [target, route, rate(requests_per_second), `${(100 * hit_ratio).toFixed(1)} %`].forEach((text, i) => setText(row.children[i], text));
  row.querySelector('button').ariaLabel = `Invalidate ${target}`;
}

export function showHotKeys({hot_keys}) {
  showRows(byId('hot-keys'), hot_keys, ({key}) => key, makeHotKey, fillHotKey);
  byId('no-hot-keys').hidden = hot_keys.length > 0;
}

const makeInvalidation = () => element('tr', {}, element('th', {scope: 'row'}), cell(), cell('code'), cell(), cell('number'));

function whatOf({tags, targets, namespace, key}) {
  const parts = [];
  if (tags) parts.push(`${tags.length > 1 ? 'tags' : 'tag'} ${tags.join(', ')}`);
  if (targets) parts.push(`responses to ${targets.join(', ')}`);
  if (key) parts.push(`key ${key}`);
  else if (namespace) parts.push(`namespace ${namespace}`);
  return parts.join('; ');
}

function fillInvalidation(row, record) {
  const {age_ms, by, route, client, status, misses} = record;
  const texts = [
    `${duration(Math.max(1, Math.round(age_ms / 1000)) * 1000)} ago`,
    by === 'write' ? `write: ${route}` : `admin: ${client || 'local socket'}`,
    whatOf(record), status === 'ok' ? 'done' : status, count(misses),
  ];
  texts.forEach((text, i) => setText(row.children[i], text));
  row.children[3].className = status === 'ok' || status === 'pending' ? '' : 'bad';
}

export function showInvalidations({invalidations, elsewhere}) {
  showRows(byId('invalidations'), invalidations, ({number}) => String(number), makeInvalidation, fillInvalidation);
  byId('no-invalidations').hidden = invalidations.length > 0;
  const {misses, tags} = elsewhere;
  setText(byId('elsewhere'), misses === 0 ? '' : `${count(misses)} misses because of other hosts, a changed backend or lost tags; the latest: ${tags.slice(0, 5).join(', ')}`);
}
