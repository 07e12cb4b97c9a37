import { z } from 'zod';
import { ask, type Flow, type FlowContext, type FlowRun, read } from '../../../src/flow/kit.ts';
import { chooseCluster } from './cluster.ts';
import {
  changeFlow,
  conclude,
  type Draft,
  noteBlocks,
  noteOf,
  offer,
  safe,
  tell,
  textOf,
  type Words,
} from './parts.ts';
import { cloudTask, type TakenUp, takingUp, type Where } from './pools.ts';
import { listed } from './upgrade-checks.ts';

const addonForm = z.object({
  name: z.string(),
  version: z.string(),
  state: z.string(),
  nextVersion: z.string().optional(),
});
type Due = z.output<typeof addonForm> & { nextVersion: string };

const ALL = /\b(?:all|every|everything)\b|add-?ons\b|全部|所有|都升/i;

/** "Upgrade coredns": add-ons to the newest version that the cloud offers this cluster. */
export const upgradeAddons = (words: Words): Flow => changeFlow('upgrade-addons', (context) => upgrade(words, context));

function* upgrade(words: Words, context: FlowContext): FlowRun {
  const at = yield* chooseCluster(context);
  if (!at) return;
  const { clusterId, cluster } = at;
  const { items } = z.object({ items: z.array(addonForm) }).parse(yield* read('addon_list', { clusterId }));
  const due = items.flatMap((addon): Due[] =>
    addon.nextVersion === undefined ? [] : [{ ...addon, nextVersion: addon.nextVersion }],
  );
  const named = items.filter(({ name }) => mentions(context.text, name));
  const wanted = due.filter(({ name }) => named.some((one) => one.name === name));
  if (named.length > 0 && wanted.length === 0)
    return yield* tell('change.addons.already', {
      addons: listed(named.map(({ name, version }) => `${name} ${version}`)),
    });
  if (due.length === 0) return yield* tell('change.addons.none', { cluster, count: items.length });
  const chosen = named.length > 0 ? wanted : ALL.test(context.text) ? due : yield* which(context, cluster, due);
  if (chosen.length === 0) return yield* tell('change.end.nothing');
  const busy = chosen.filter(({ state }) => state !== 'active');
  if (busy.length > 0)
    return yield* tell('change.addons.busy', { addons: listed(busy.map(({ name, state }) => `${name} (${state})`)) });
  const found = yield* takingUp(clusterId, { type: 'cluster_addon_upgrade' });
  const plan = addonPlan(words, at, { due: chosen, found });
  const notes = ['change.addons.config', 'change.addons.no-way-back'].map((key) => noteOf(context.t, key));
  const outcome = yield* offer({ words, user: context.user }, plan, [
    ...noteBlocks(notes),
    {
      type: 'table',
      caption: context.t('change.addons.caption'),
      head: ['name', 'from', 'to'].map((column) => context.t(`change.addons.column-${column}`)),
      rows: chosen.map(({ name, version, nextVersion }) => [name, version, nextVersion]),
    },
  ]);
  yield* conclude(outcome, { key: 'change.addons.done', params: { count: chosen.length, addons: namesOf(chosen) } });
}

/** A name as a word of its own, and without the parts that people leave out. */
function mentions(text: string, name: string): boolean {
  const said = text.toLowerCase();
  const short = name.replace(/^(?:ack|arms)-/, '').replace(/-(?:controller|eniip)$/, '');
  return [name, short].some((word) =>
    new RegExp(`(?<![\\w-])${word.replaceAll(/[.*+?^$()|[\]{}\\]/g, '\\$&')}(?![\\w-])`).test(said),
  );
}

const namesOf = (due: readonly Due[]) => listed(due.map(({ name, nextVersion }) => `${name} ${nextVersion}`));

function* which({ t }: FlowContext, cluster: string, due: readonly Due[]): FlowRun<Due[]> {
  const answer = yield* ask({
    key: 'addons',
    title: safe({ key: 'change.addons.which', params: { cluster, count: due.length } }),
    choices: [
      ...(due.length > 1 ? [{ id: 'all', label: t('change.addons.all', { count: due.length }) }] : []),
      ...due.slice(0, 12).map(({ name, version, nextVersion }) => ({
        id: `addon-${name}`,
        label: t('change.addons.one', { name, from: version, to: nextVersion }),
      })),
      { id: 'leave', label: t('change.leave') },
    ],
  });
  if (!('choice' in answer)) return [];
  return answer.choice === 'all' ? [...due] : due.filter(({ name }) => `addon-${name}` === answer.choice);
}

function addonPlan(words: Words, at: Where, { due, found }: { due: readonly Due[]; found: TakenUp }): Draft {
  const params = { cluster: at.cluster, count: due.length, addons: namesOf(due) };
  const title = textOf(words, 'change.addons.title', params);
  return {
    action: 'addon.upgrade',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { kind: 'Addon', name: due.length === 1 && due[0] ? due[0].name : at.cluster },
    steps: [
      {
        id: 'addons',
        title,
        tool: 'addon_upgrade',
        args: {
          clusterId: at.clusterId,
          addons: due.map(({ name, nextVersion }) => ({ name, version: nextVersion })),
        },
        until: cloudTask('addons', 30),
        ...found,
        expectMinutes: Math.min(10, 2 + due.length),
      },
    ],
    verify: due.map(({ name, nextVersion }, n) => ({
      id: `addon-${n + 1}`,
      title: textOf(words, 'change.addons.check', { name, to: nextVersion }),
      tool: 'addon_list',
      args: { clusterId: at.clusterId, name },
      done: [
        { path: 'items.0.version', in: [nextVersion] },
        { path: 'items.0.state', in: ['active'] },
      ],
      everySeconds: 5,
      timeoutMinutes: 10,
      stage: 'items.0.state',
    })),
    undo: [],
    undoMode: 'ask',
    risk: at.environment === 'prod' ? 'high' : 'medium',
    blastRadius: { objects: due.length, text: textOf(words, 'change.addons.blast', params) },
  };
}
