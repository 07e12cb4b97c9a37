import { api } from './api.js';
import { h, icon } from './dom.js';
import { announce, reasonOf, show } from './notice.js';
import { t } from './texts.js';

/** The demo menu: faults of the simulated world, switched on and off while one watches. */

/** Causes by area, in the order in which they are listed; the first that fits. */
const AREAS = [
  ['memory', /^(OOM|CPU|NodeMemory|Evicted)/],
  ['probes', /Probe|^ReadinessFailing/],
  [
    'nodes',
    /^(Node(?!Selector|Affinity|sCordoned)|Kube|Container|Scheduler|Controller|ClockSkew|CertificateExpiring|PodNetwork)/,
  ],
  ['start', /^(Image|Registry|Command|AppCrash|Init|PermissionDenied|PortConflict|SecurityContext)/],
  ['config', /^(ConfigMap|Secret|Env|ServiceAccount|VolumeMount)/],
  [
    'scheduling',
    /^(Insufficient|TooMany|Node|Taint|Pod(Anti)?Affinity|Topology|HostPort|VolumeZone|Scheduling|Priority)/,
  ],
  ['storage', /^(PV|Provisioning|Volume)/],
  ['admission', /^(Quota|LimitRange|PodSecurity|Webhook)/],
  ['services', /^(Service|NoReady|Ingress|TLS|Certificate|Gateway|NetworkPolicy|DNS)/],
  ['dependencies', /^(Dependency|Connection|DiskFull)/],
  ['workloads', /./],
];

const areaOf = (cause) => AREAS.find(([, pattern]) => pattern.test(cause))[0];

/** The button that opens the menu from elsewhere on the page. */
export const offerDemo = () =>
  h('button', { class: 'button button-primary', type: 'button', onclick: openDemo }, icon('bolt'), t('demo.open'));

/** Opens the menu. */
export function openDemo() {
  if (document.querySelector('dialog[open]')) return;
  const list = h('div', { class: 'demo-list', data: { key: 'demo' } });
  const note = h('p', { class: 'card-note', role: 'alert', hidden: true });
  const search = h('input', {
    class: 'text',
    type: 'search',
    placeholder: t('demo.search'),
    'aria-label': t('demo.search'),
    oninput: () => filter(list, search.value),
  });
  const mendAll = h('button', { class: 'button', type: 'button', disabled: true }, t('demo.mendAll'));
  const { promise, resolve } = Promise.withResolvers();
  const dialog = h(
    'dialog',
    { class: 'dialog demo', 'aria-labelledby': 'dialog-title', onclose: resolve },
    h(
      'form',
      { method: 'dialog', class: 'dialog-head' },
      h('h2', { id: 'dialog-title' }, t('demo.title')),
      h('button', { class: 'button-icon', 'aria-label': t('close') }, icon('close')),
    ),
    h('p', { class: 'demo-text' }, t('demo.text')),
    h('div', { class: 'demo-bar' }, search, mendAll),
    note,
    list,
  );
  const menu = makeMenu({ list, note, mendAll, search });
  mendAll.addEventListener('click', menu.mendAll);
  menu.load();
  show(dialog, promise);
}

function makeMenu({ list, note, mendAll, search }) {
  let scenarios = [];
  const say = (text) => {
    note.hidden = !text;
    note.textContent = text;
    if (text) announce(text);
  };
  const load = async () => {
    try {
      scenarios = await api.demo();
      list.replaceChildren(...groupsOf(scenarios, flip));
      mendAll.disabled = !scenarios.some(({ on }) => on);
      filter(list, search.value);
    } catch (refused) {
      say(reasonOf(refused));
    }
  };
  const flip = async ({ id }, on) => {
    say('');
    try {
      await api.demoAct(id, on ? 'break' : 'mend');
    } catch (refused) {
      say(reasonOf(refused));
    }
    await load();
    list.querySelector(`[data-scenario="${CSS.escape(id)}"]`)?.focus();
  };
  return {
    load,
    async mendAll() {
      mendAll.disabled = true;
      for (const scenario of scenarios.filter(({ on }) => on)) await flip(scenario, false);
    },
  };
}

function groupsOf(scenarios, flip) {
  return AREAS.map(([area]) => {
    const inside = scenarios.filter(({ cause }) => areaOf(cause) === area);
    return (
      inside.length > 0 &&
      h(
        'section',
        { class: 'demo-group' },
        h('h3', {}, t(`demo.area-${area}`)),
        inside.map((each) => rowOf(each, flip)),
      )
    );
  }).filter(Boolean);
}

function rowOf(scenario, flip) {
  const { id, title, cause, on } = scenario;
  const box = h('input', {
    type: 'checkbox',
    role: 'switch',
    class: 'switch',
    checked: on,
    data: { scenario: id },
    onchange: () => {
      box.disabled = true;
      flip(scenario, box.checked);
    },
  });
  return h(
    'label',
    { class: 'demo-row', data: { words: `${id} ${title} ${cause}`.toLowerCase() } },
    h(
      'span',
      {},
      h('span', { class: 'label' }, title),
      h('span', { class: 'hint' }, t(on ? 'demo.on' : 'demo.will', { cause })),
    ),
    box,
  );
}

function filter(list, text) {
  const wanted = text.trim().toLowerCase();
  for (const row of list.querySelectorAll('.demo-row')) row.hidden = !row.dataset.words.includes(wanted);
  for (const group of list.querySelectorAll('.demo-group'))
    group.hidden = !group.querySelector('.demo-row:not([hidden])');
}
