import { h, icon } from './dom.js';

/** A button that saves a text as a file. */
export function downloadButton(label, { name, text }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    h('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return h('button', { class: 'button', type: 'button', onclick: save }, icon('download'), h('span', {}, label));
}
