// Small charts, drawn as SVG to fit the available width. A text beside each chart says the same.
import {duration, rate} from './elements.js';

const margin = {left: 44, right: 8, top: 8, bottom: 20};

function shape(name, attributes, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Empties the chart; returns functions that map 0 to 1 to its inner width and height.
function frame(svg) {
  const width = Math.max(svg.clientWidth, 160);
  const height = Math.max(svg.clientHeight, 120);
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren();
  return {
    x: part => margin.left + part * (width - margin.left - margin.right),
    y: part => height - margin.bottom - part * (height - margin.top - margin.bottom),
    bottom: height - 5,
  };
}

function grid(svg, {x, y}, labelOf) {
  for (const part of [0, 0.5, 1]) {
    svg.append(shape('line', {class: 'grid', x1: x(0), x2: x(1), y1: y(part), y2: y(part)}));
    svg.append(shape('text', {x: x(0) - 6, y: y(part) + 4, 'text-anchor': 'end'}, labelOf(part)));
  }
}

function times(svg, {x, bottom}, samples) {
  const seconds = Math.round((samples[samples.length - 1].time - samples[0].time) / 1000);
  svg.append(shape('text', {x: x(0), y: bottom}, `${duration(seconds * 1000)} ago`));
  svg.append(shape('text', {x: x(1), y: bottom, 'text-anchor': 'end'}, 'now'));
}

const positions = samples => {
  const first = samples[0].time;
  const span = Math.max(samples[samples.length - 1].time - first, 1);
  return samples.map(sample => (sample.time - first) / span);
};

const points = pairs => pairs.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');

// Draws two stacked areas. Samples are {time, cache, handler}, in requests per second.
export function drawRates(svg, samples) {
  const place = frame(svg);
  const {x, y} = place;
  const top = Math.max(1, ...samples.map(({cache, handler}) => cache + handler));
  grid(svg, place, part => rate(part * top));
  if (samples.length < 2) return;
  const at = positions(samples);
  const line = valueOf => samples.map((sample, i) => [x(at[i]), y(valueOf(sample) / top)]);
  const cache = line(sample => sample.cache);
  const both = line(sample => sample.cache + sample.handler);
  const floor = [[x(1), y(0)], [x(0), y(0)]];
  svg.append(shape('polygon', {class: 'cache', points: points([...cache, ...floor])}));
  svg.append(shape('polygon', {class: 'handler', points: points([...both, ...cache.reverse()])}));
  times(svg, place, samples);
}

// Draws a line. Samples are {time, ratio}; a ratio is from 0 to 1, or null if there were no requests.
export function drawRatio(svg, samples) {
  const place = frame(svg);
  const {x, y} = place;
  grid(svg, place, part => `${100 * part} %`);
  if (samples.length < 2) return;
  const at = positions(samples);
  const known = samples.map((sample, i) => [x(at[i]), sample.ratio]).filter(([, ratio]) => ratio !== null);
  svg.append(shape('polyline', {class: 'ratio', points: points(known.map(([left, ratio]) => [left, y(ratio)]))}));
  times(svg, place, samples);
}

// Draws the share of each bucket among all durations of its own kind, so that many hits do not hide the misses.
export function drawLatency(svg, bounds, cache, handler) {
  const place = frame(svg);
  const {x, y} = place;
  const shares = counts => {
    const all = counts.reduce((sum, value) => sum + value, 0);
    return counts.map(value => all === 0 ? 0 : value / all);
  };
  const kinds = [['cache', shares(cache)], ['handler', shares(handler)]];
  const top = Math.max(0.01, ...kinds.flatMap(([, list]) => list));
  grid(svg, place, part => `${Math.round(100 * part * top)} %`);
  const width = 1 / cache.length;
  kinds.forEach(([name, list], kind) => list.forEach((share, i) => {
    if (share === 0) return;
    const left = x((i + 0.1 + 0.4 * kind) * width);
    svg.append(shape('rect', {class: name, x: left, y: y(share / top), width: 0.4 * (x(width) - x(0)), height: y(0) - y(share / top)}));
  }));
  for (const i of [0, 6, 12, 18])
    svg.append(shape('text', {x: x((i + 1) * width), y: place.bottom, 'text-anchor': 'middle'}, duration(bounds[i])));
}

// Draws the hit ratio over the memory. Points are {label, percent, ratio}, by ascending percent.
export function drawSizing(svg, sizes) {
  const place = frame(svg);
  const {x, y} = place;
  grid(svg, place, part => `${100 * part} %`);
  if (sizes.length < 2) return;
  const first = Math.log2(sizes[0].percent);
  const span = Math.log2(sizes[sizes.length - 1].percent) - first;
  const at = sizes.map(({percent, ratio}) => [x((Math.log2(percent) - first) / span), y(ratio)]);
  svg.append(shape('polyline', {class: 'ratio', points: points(at)}));
  sizes.forEach(({label}, i) => svg.append(shape('text', {
    x: at[i][0], y: place.bottom, 'text-anchor': i === 0 ? 'start' : i === sizes.length - 1 ? 'end' : 'middle',
  }, label)));
}
