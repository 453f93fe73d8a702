// The tables of routes and backends. Rows persist between polls, so that a focused button stays focused.
import {byId, bytes, count, duration, element, percent, setText, showRows} from './elements.js';
import {invalidateRoute, swapTo} from './actions.js';

const number = () => element('td', {className: 'number'});

function derived(route) {
  const {hit, stale, miss, collapsed, bypass, none} = route.requests;
  const cache = hit + stale;
  const handler = miss + collapsed + bypass + none;
  return {...route, cache, handler, total: cache + handler, misses: route.cached ? miss + collapsed : 0, bypass};
}

const orders = {
  misses: (a, b) => b.misses - a.misses || b.total - a.total,
  requests: (a, b) => b.total - a.total,
  saved: (a, b) => b.saved_ms - a.saved_ms,
  route: (a, b) => a.route < b.route ? -1 : 1,
};

function makeRoute({route, cached}) {
  const action = element('td');
  if (cached) {
    const button = element('button', {type: 'button', textContent: 'Invalidate', ariaLabel: `Invalidate ${route}`});
    button.addEventListener('click', () => invalidateRoute(route));
    action.append(button);
  }
  return element('tr', {}, element('th', {scope: 'row', className: 'code', textContent: route === '-' ? 'no route' : route}),
    number(), number(), number(), number(), number(), number(), number(), element('td', {className: 'code'}), action);
}

// A route is invalidated by the tags that all its responses share.
const hasPlainTag = ({tags = []}) => tags.some(tag => !tag.includes('{'));

function fillRoute(row, route, declared = {}) {
  const mean = (sum, events) => events > 0 ? duration(sum / events) : '–';
  const texts = [
    count(route.total),
    route.cached ? percent(route.cache, route.total) : 'not cached',
    route.cached ? count(route.misses) : '–',
    route.cached ? count(route.bypass) : '–',
    mean(route.from_cache_ms, route.cache),
    mean(route.from_handler_ms, route.handler),
    route.cached ? duration(route.saved_ms) : '–',
    (declared.rules ?? []).map(({rule, value}) => `${rule} ${value}`).join('; '),
  ];
  texts.forEach((text, i) => setText(row.children[i + 1], text));
  const button = row.querySelector('button');
  if (button) button.hidden = !hasPlainTag(declared);
}

// `declared` is the response of GET /api/routes, which lists the rules.
export function showRoutes(overview, declared) {
  const form = byId('routes-filter');
  const text = form.elements.text.value.toLowerCase();
  const known = new Map(declared.routes.map(route => [route.route, route]));
  const list = overview.routes.map(derived)
    .filter(({route}) => route.toLowerCase().includes(text))
    .sort(orders[form.elements.order.value]);
  showRows(byId('routes'), list, ({route}) => route, makeRoute, (row, route) => fillRoute(row, route, known.get(route.route)));
}

function makeBackend() {
  return element('tr', {}, element('th', {scope: 'row'}), element('td'), element('td'),
    number(), number(), number(), number(), number(), number(), element('td'));
}

function fillBackend(row, {name, plugin, active, health, tier, stats = {}}) {
  const texts = [
    name, plugin ?? '', active ? health : '', count(stats.entries),
    stats.capacity_bytes ? `${bytes(stats.bytes)} of ${bytes(stats.capacity_bytes)}` : bytes(stats.bytes),
    count(stats.hits), count(stats.misses), count(stats.evictions), count(stats.errors),
  ];
  texts.forEach((text, i) => setText(row.children[i], text));
  row.children[2].className = active && health !== 'up' ? 'bad' : '';
  const cell = row.children[9];
  if (active || tier) return setText(cell, active ? 'in use' : 'a tier');
  if (cell.querySelector('button')) return;
  const button = element('button', {type: 'button', textContent: 'Use', ariaLabel: `Use ${name}`});
  button.addEventListener('click', () => swapTo(name));
  cell.replaceChildren(button);
}

export function showBackends({backends}) {
  const list = backends.flatMap(backend => [backend, ...(backend.tiers ?? []).map(tier => ({...tier, tier: true, of: backend.name}))]);
  showRows(byId('backends'), list, ({name, of}) => `${of ?? ''}/${name}`, makeBackend, fillBackend);
}
