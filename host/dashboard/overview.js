// The tiles and charts. Rates are differences between two polls, so their history begins when the page is opened.
import {byId, bytes, count, duration, element, percent, rate, setText} from './elements.js';
import {drawLatency, drawRates, drawRatio, drawSizing} from './charts.js';

const kept = 450;  // samples: fifteen minutes
let samples = [];
let previous = null;

const fromCache = ({hit, stale}) => hit + stale;
const others = ({none, miss, collapsed, bypass}) => none + miss + collapsed + bypass;

// Returns the totals since the host's start, from which samples are computed.
function totals({cache, saved_ms, routes}) {
  const routed = routes.filter(({route}) => route !== '-');
  const sum = (list, valueOf) => list.reduce((all, {requests}) => all + valueOf(requests), 0);
  return {
    time: Date.now(),
    cache: sum(routed, fromCache),
    handler: sum(routed, others),
    misses: sum(routed.filter(({cached}) => cached), others),
    saved: saved_ms,
    lookups: cache.hits + cache.misses,
  };
}

function addSample(now) {
  const restarted = previous !== null && (now.cache < previous.cache || now.handler < previous.handler);
  if (restarted) samples = [];
  if (previous !== null && !restarted) {
    const seconds = Math.max(now.time - previous.time, 1) / 1000;
    const cache = (now.cache - previous.cache) / seconds;
    const misses = (now.misses - previous.misses) / seconds;
    samples.push({
      time: now.time,
      cache,
      handler: (now.handler - previous.handler) / seconds,
      misses,
      lookups: (now.lookups - previous.lookups) / seconds,
      ratio: cache + misses > 0 ? cache / (cache + misses) : null,
      saved: now.cache > 0 ? cache * now.saved / now.cache : 0,
    });
    samples = samples.slice(-kept);
  }
  previous = now;
}

function tile(title, value, detail) {
  return element('div', {}, element('dt', {textContent: title}), element('dd', {},
    element('div', {className: 'value', textContent: value}), element('div', {className: 'muted', textContent: detail})));
}

function circuitText({circuit, circuit_openings}) {
  return circuit === 'closed' ? `circuit closed, opened ${count(circuit_openings)} times` : `circuit ${circuit}`;
}

function drawTiles(overview, active) {
  const now = totals(overview);
  const last = samples[samples.length - 1];
  const stats = active?.stats ?? {};
  const memory = stats.capacity_bytes ? `of ${bytes(stats.capacity_bytes)}` : '';
  byId('tiles').replaceChildren(
    tile('Hit ratio', percent(now.cache, now.cache + now.misses), `${count(now.cache)} of ${count(now.cache + now.misses)}`),
    tile('Requests per second', last ? rate(last.cache + last.handler) : '–', `${last ? rate(last.misses) : '–'} of them misses`),
    tile('Time saved', duration(now.saved), last ? `${duration(last.saved)} per second` : 'since the start'),
    tile('Backend', active?.name ?? '–', `${active?.health ?? ''}, ${circuitText(overview.cache)}`),
    tile('Memory', bytes(stats.bytes), memory),
    tile('Evictions', count(stats.evictions), `${count(stats.entries)} entries`),
    tile('Invalidations', count(overview.cache.invalidations), `${count(overview.cache.invalidations_waiting)} wait for the backend`));
}

// Returns the bucket that contains the median response time.
function median(bounds, buckets) {
  const half = buckets.reduce((sum, value) => sum + value, 0) / 2;
  let seen = 0;
  for (let i = 0; i < buckets.length; ++i) {
    seen += buckets[i];
    if (half > 0 && seen >= half) return i < bounds.length ? `up to ${duration(bounds[i])}` : `over ${duration(bounds[i - 1])}`;
  }
  return 'not known yet';
}

function drawCharts({latency}) {
  drawRates(byId('rate-chart'), samples);
  drawRatio(byId('ratio-chart'), samples);
  drawLatency(byId('latency-chart'), latency.bounds_ms, latency.from_cache, latency.from_handler);
  const last = samples[samples.length - 1];
  setText(byId('rate-text'), last ? `Now ${rate(last.cache)} from the cache, ${rate(last.handler)} by a handler.` : 'The history begins when this page is opened.');
  setText(byId('ratio-text'), last && last.ratio !== null ? `Now ${percent(last.ratio, 1)}.` : 'No recent request to a cached route.');
  setText(byId('latency-text'), `Median from the cache: ${median(latency.bounds_ms, latency.from_cache)}. By a handler: ${median(latency.bounds_ms, latency.from_handler)}.`);
}

const timesNames = {50: 'Half', 200: 'Twice', 400: 'Four times'};

// The sums of `sizing` are over its GETs; the present rate of look-ups makes them values per minute.
function drawSizes({sizing}) {
  if (sizing === null || sizing.gets === 0) {
    drawSizing(byId('sizing-chart'), []);
    setText(byId('sizing-text'), sizing === null ? 'The backend makes no estimate.' : 'No look-up yet.');
    return;
  }
  const {gets, points, capacity_bytes} = sizing;
  const label = ({percent}) => capacity_bytes === null ? `${percent} %` : bytes(capacity_bytes * percent / 100);
  drawSizing(byId('sizing-chart'), points.map(point => ({...point, label: label(point), ratio: point.hits / gets})));
  const last = samples[samples.length - 1];
  const perMinute = sum => sum / gets * (last?.lookups ?? 0) * 60;
  const text = ({percent: size, hits, saved_ms}) => {
    const work = perMinute(saved_ms);
    const change = Math.abs(work) < 1 ? '' : `, ${duration(Math.abs(work))} of handlers’ work ${work < 0 ? 'more' : 'less'} a minute`;
    return `${timesNames[size] ?? `${size} %`}: ${percent(hits, gets)} hits${change}.`;
  };
  setText(byId('sizing-text'), points.filter(({percent: size}) => size !== 100).map(text).join(' '));
}

export function showOverview(overview, backends) {
  addSample(totals(overview));
  drawTiles(overview, backends.backends.find(({active}) => active));
  drawCharts(overview);
  drawSizes(overview);
}
