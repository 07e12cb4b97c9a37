import { h, icon } from './dom.js';

/** A button that saves a text as a file. */
export function downloadButton(label, file) {
  const props = { class: 'button', type: 'button', onclick: () => save(file) };
  return h('button', props, icon('download'), h('span', {}, label));
}

/** The same as an icon, where there is little room. */
export function downloadIcon(label, file) {
  const props = { class: 'button-icon', type: 'button', title: label, 'aria-label': label, onclick: () => save(file) };
  return h('button', props, icon('download'));
}

function save({ name, text }) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file's name out of a title: letters and digits of any language, at most 60 of them. */
export function fileName(title, extension) {
  const words = title.match(/[\p{L}\p{N}.]+/gu) ?? [];
  const name = words
    .join('-')
    .slice(0, 60)
    .replace(/^\.+|[-.]+$/g, '');
  return `${name || 'text'}.${extension}`;
}
