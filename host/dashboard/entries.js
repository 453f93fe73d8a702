// Browses the entries of a namespace, page by page.
import {byId, bytes, duration, element} from './elements.js';
import {get} from './api.js';
import {invalidate} from './actions.js';

let listed = '';       // the namespace
let following = null;  // the address of its next page

// The fields of a key say more than its text, in which each is preceded by its length.
const nameOf = ({key, fields}) => fields ? fields.map(field => field ?? '–').join(' ') : key;

function rowOf(entry, namespace) {
  const action = element('td');
  if (namespace === 'responses' && entry.fields) {
    const button = element('button', {type: 'button', textContent: 'Invalidate', ariaLabel: `Invalidate the entry ${nameOf(entry)}`});
    button.addEventListener('click', () => invalidate({key: entry.key}, `The response ${nameOf(entry)}`));
    action.append(button);
  }
  return element('tr', {}, element('th', {scope: 'row', className: 'code', textContent: nameOf(entry)}),
    element('td', {className: 'number', textContent: bytes(entry.bytes)}), element('td', {className: 'number', textContent: duration(entry.ttl_ms)}), action);
}

function show(page, rows) {
  const all = [...rows, ...page.entries.map(entry => rowOf(entry, listed))];
  byId('entries').replaceChildren(...all);
  following = page.cursor ? `/api/entries?namespace=${encodeURIComponent(listed)}&cursor=${page.cursor}` : null;
  byId('more-entries').hidden = following === null;
  byId('entries-state').className = 'muted';
  byId('entries-state').textContent = `${all.length} entries${following ? ', and more' : ''}`;
}

async function list(path, rows) {
  try {
    show(await get(path), rows);
  } catch (error) {
    byId('entries-state').className = 'bad';
    byId('entries-state').textContent = error.message;
  }
}

export function listenForEntries() {
  byId('entries-form').addEventListener('submit', event => {
    event.preventDefault();
    listed = event.target.elements.namespace.value;
    list(`/api/entries?namespace=${encodeURIComponent(listed)}`, []);
  });
  byId('more-entries').addEventListener('click', () => list(following, byId('entries').children));
}
