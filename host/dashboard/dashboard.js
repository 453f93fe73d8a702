// Polls the API of this listener and shows the results. Reconnects after the host restarts.
import {byId, setText} from './elements.js';
import {get} from './api.js';
import {listenForActions} from './actions.js';
import {listenForEntries} from './entries.js';
import {listenForQuestions} from './explain.js';
import {showBackends, showRoutes} from './tables.js';
import {showHotKeys, showInvalidations} from './activity.js';
import {showOverview} from './overview.js';

const interval = 2000;  // ms
let latest = null;      // overview and rules of the last poll
let timer = 0;
let polling = false;

function showState(text, bad) {
  byId('state').className = bad ? 'bad' : 'muted';
  setText(byId('state'), text);
}

async function poll() {
  clearTimeout(timer);
  if (polling) return;
  polling = true;
  try {
    const [overview, backends, routes, hotKeys, invalidations] = await Promise.all(
      ['overview', 'backends', 'routes', 'hot-keys', 'invalidations'].map(name => get(`/api/${name}`)));
    latest = {overview, routes};
    showOverview(overview, backends);
    showRoutes(overview, routes);
    showBackends(backends);
    showHotKeys(hotKeys);
    showInvalidations(invalidations);
    showState('Live', false);
  } catch (error) {
    showState(`No answer from the host (${error.message}); retrying`, true);
  }
  polling = false;
  timer = setTimeout(poll, interval);
}

const filter = byId('routes-filter');
filter.addEventListener('submit', event => event.preventDefault());
filter.addEventListener('input', () => {
  if (latest) showRoutes(latest.overview, latest.routes);
});
listenForActions(poll);
listenForQuestions();
listenForEntries();
poll();
