/**
 * Makes an element. Text children become text nodes, so nothing said by anybody can ever become markup.
 * `on…` keys are listeners, `data` is the dataset, false and undefined leave an attribute out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Strokes on a 16 by 16 grid. */
const ICONS = {
  logo: 'M8 .9 14.2 4.4v7.2L8 15.1 1.8 11.6V4.4zM5.6 4.9v6.2M10.6 5 5.9 8.1l4.9 3',
  chat: 'M2.5 3.5h11v7.5H7l-3 2.5v-2.5H2.5z',
  tasks: 'M2.5 4.2 3.6 5.3l2-2.3M2.5 9.2l1.1 1.1 2-2.3M8 4.5h5.5M8 9.5h5.5M3 13.5h.8M8 13.5h5.5',
  approvals: 'M8 1.8 13.2 4v4c0 3.1-2.2 5.3-5.2 6.3C5 13.3 2.8 11.1 2.8 8V4zM5.7 8l1.7 1.7 3-3.2',
  audit: 'M3.5 1.8h6l3 3v9.4h-9zM9.3 1.8v3.2h3.2M5.7 8h4.6M5.7 11h4.6',
  clusters: 'M8 1.8 13.4 4.9v6.2L8 14.2 2.6 11.1V4.9zM8 8l5.3-3M8 8v6M8 8 2.7 5',
  incidents: 'M1.6 8.4h2.9l2-5.2 3.1 9.6 2-4.4h2.8',
  channels: 'M5.6 2.5 4.4 13.5M11.6 2.5l-1.2 11M2.6 5.7h11.2M2.2 10.3h11.2',
  reports: 'M2.2 13.8h11.6M3.6 11.4V8.2M6.6 11.4V4.6M9.6 11.4V6.8M12.6 11.4V2.4',
  bolt: 'M8.9 1.7 3.4 9.1h4.1l-.5 5.2 5.6-7.5H8.4z',
  download: 'M8 2.4v7.9M4.7 7.2 8 10.5l3.3-3.3M2.8 13.4h10.4',
  back: 'M10 4 6 8l4 4',
  plus: 'M8 3v10M3 8h10',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'M4 4l8 8M12 4l-8 8',
  send: 'M8 13V3.2M3.8 7.2 8 3l4.2 4.2',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13.3 9.7A5.8 5.8 0 0 1 6.3 2.7a5.8 5.8 0 1 0 7 7z',
  auto: 'M8 2.2a5.8 5.8 0 1 0 0 11.6 5.8 5.8 0 0 0 0-11.6M8 2.2v11.6M8 5h3.8M8 8h5.6M8 11h3.8',
  help: 'M8 2.2a5.8 5.8 0 1 0 0 11.6 5.8 5.8 0 0 0 0-11.6M6.3 6.4a1.7 1.7 0 1 1 2.5 1.6c-.5.3-.8.6-.8 1.2M8 11.3v.1',
  check: 'M3.5 8.4l3 3 6-6.6',
  cross: 'M4.7 4.7l6.6 6.6M11.3 4.7l-6.6 6.6',
  dash: 'M4.5 8h7',
  clock: 'M8 4.8V8l2 1.3',
  undo: 'M5.5 4 3 6.5 5.5 9M3.2 6.5h6a3 3 0 0 1 0 6H6.5',
  copy: 'M5.5 5.5h7.5v7.5H5.5zM3 10.5V3h7.5',
  down: 'M8 3v9.5M3.8 8.5 8 12.7l4.2-4.2',
  chevron: 'M6 4l4 4-4 4',
  info: 'M8 7.3v3.7M8 4.8v.1',
  warning: 'M8 4.5v4.2M8 11.3v.1',
  out: 'M6.5 2.8h-4v10.4h4M10 5l3 3-3 3M13 8H6',
};

/** An icon that takes the colour of its text and is hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
