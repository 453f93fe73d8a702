// Elements and texts. Names of routes, tags and keys come from requests, so the page inserts them only as text, never as HTML.

export const byId = id => document.getElementById(id);

// element('td', {className: 'number'}, 'text', otherElement)
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Changes a text only if it differs, so that screen readers announce only changes.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Makes `body` hold one row per item of `list`, in order. `make` builds a row, `fill` updates it.
export function showRows(body, list, keyOf, make, fill) {
  const known = new Map([...body.children].map(row => [row.dataset.key, row]));
  const rows = list.map(item => {
    const key = keyOf(item);
    const row = known.get(key) ?? make(item);
    row.dataset.key = key;
    fill(row, item);
    return row;
  });
  const same = rows.length === body.children.length && rows.every((row, i) => row === body.children[i]);
  if (!same) body.replaceChildren(...rows);
}

const grouped = new Intl.NumberFormat('en');

export const count = value => value === undefined ? '–' : grouped.format(value);

export function rate(value) {
  return value < 10 ? value.toFixed(1) : grouped.format(Math.round(value));
}

export function bytes(value) {
  if (value === undefined) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; ++unit) value /= 1024;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function duration(ms) {
  if (ms === undefined || Number.isNaN(ms)) return '–';
  if (ms === 0) return '0 s';
  const steps = [[86400000, 'd'], [3600000, 'h'], [60000, 'min'], [1000, 's'], [1, 'ms'], [0.001, 'µs']];
  const [size, unit] = steps.find(([smallest]) => ms >= smallest) || steps[steps.length - 1];
  const value = ms / size;
  return `${value >= 100 ? grouped.format(Math.round(value)) : Number(value.toPrecision(3))} ${unit}`;
}

export function percent(part, whole) {
  if (!(whole > 0)) return '–';
  const share = 100 * part / whole;
  return `${share > 0 && share < 100 ? share.toFixed(1) : Math.round(share)} %`;
}
