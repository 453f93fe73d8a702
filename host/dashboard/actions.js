// Actions that change the host, each after a confirmation.
import {byId} from './elements.js';
import {post} from './api.js';

let afterChange = () => {};

// Resolves the question that is shown. The dialog's close event would come too late, perhaps after the next question.
let whenAnswered = () => {};

function answer(yes) {
  byId('confirm').close();
  whenAnswered(yes);
}

function confirmed(title, text, yes) {
  byId('confirm-title').textContent = title;
  byId('confirm-text').textContent = text;
  byId('confirm-yes').textContent = yes;
  byId('confirm').showModal();
  byId('confirm-no').focus();
  return new Promise(resolve => {
    whenAnswered = resolve;
  });
}

function tell(text, bad = false) {
  byId('answer').className = bad ? 'bad' : '';
  byId('answer').textContent = text;
}

async function change(path, body, textOf) {
  try {
    tell(textOf(await post(path, body)));
  } catch (error) {
    tell(error.message, true);
  }
  afterChange();
}

function invalidatedText({invalidated}) {
  const what = Object.entries(invalidated).map(([kind, value]) => `${kind} ${Array.isArray(value) ? value.join(', ') : value}`);
  return `Invalidated: ${what.join(', ')}`;
}

// `body` is that of POST /api/invalidate.
export async function invalidate(body, what) {
  if (await confirmed('Invalidate?', `${what} will be recomputed on the next request.`, 'Invalidate'))
    await change('/api/invalidate', body, invalidatedText);
}

export const invalidateRoute = route => invalidate({route}, `Every stored response of ${route}`);

export async function swapTo(backend) {
  const text = `Requests use ${backend} from now on, until the next reload. It may be empty at first.`;
  if (await confirmed(`Use ${backend}?`, text, `Use ${backend}`))
    await change('/api/swap', {backend}, ({active}) => `In use: ${active}`);
}

async function reload() {
  if (await confirmed('Reload?', 'The host will reload its configuration.', 'Reload'))
    await change('/api/reload', {}, ({active}) => `Reloaded; in use: ${active}`);
}

// `changed` is called after each attempted change.
export function listenForActions(changed) {
  afterChange = changed;
  byId('confirm-yes').addEventListener('click', () => answer(true));
  byId('confirm-no').addEventListener('click', () => answer(false));
  byId('confirm').addEventListener('cancel', () => answer(false));  // Escape
  byId('reload').addEventListener('click', reload);
  byId('invalidate').addEventListener('submit', event => {
    event.preventDefault();
    const {kind, name} = Object.fromEntries(new FormData(event.target));
    invalidate({[kind]: name}, `Every entry of the ${kind} ${name}`);
  });
}
