import { showKeys } from './notice.js';
import { VIEWS } from './rail.js';

const TYPING = 'input, textarea, select, [contenteditable]';
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The keys of the page. Nothing here takes a key from a field one types in, but Esc, which leaves it. */
export function listen({ leave }) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]'))
      return;
    if (event.key === 'Escape') return leave();
    if (event.target.closest?.(TYPING)) return;
    if (handle(event)) event.preventDefault();
  });
}

function handle(event) {
  const group = event.target.closest?.('[data-arrows]');
  if (group && STEPS[event.key]) return move([...group.querySelectorAll('button')], STEPS[event.key]);
  switch (event.key) {
    case 'j':
      return move([...document.querySelectorAll('main [data-nav]')], 1);
    case 'k':
      return move([...document.querySelectorAll('main [data-nav]')], -1);
    case '/':
      return compose();
    case 'n':
      location.hash = '#/';
      return true;
    case '?':
      showKeys();
      return true;
    default:
      return view(VIEWS[Number(event.key) - 1]);
  }
}

function view(found) {
  if (!found) return false;
  location.hash = found[1];
  return true;
}

function compose() {
  if (!document.querySelector('[data-compose]')) location.hash = '#/';
  requestAnimationFrame(() => document.querySelector('[data-compose]')?.focus());
  return true;
}

/** Moves the focus within a list, starting from the item that holds it. */
function move(items, by) {
  const now = items.findIndex((item) => item.contains(document.activeElement));
  const next = now < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, now + by));
  items[next]?.focus();
  items[next]?.scrollIntoView({ block: 'nearest' });
  return items.length > 0;
}
