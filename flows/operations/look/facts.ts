import { z } from 'zod';
import type { Block } from '../../../src/chat/types.ts';
import { defineFlow, type FlowContext, FlowError, type FlowRun, read, say } from '../../../src/flow/kit.ts';
import { parseQuantity } from '../../../src/flow/quantity.ts';
import { chooseTarget, type Target } from '../../../src/flow/target.ts';
import { percentText } from './amounts.ts';
import { foldedTable, placeText, sayingOf, seenAt, sends } from './parts.ts';

/** Facts of a cluster or namespace that one looks up now and then: quotas, certificates, costs, versions. */

const heads = ({ t }: FlowContext, ...columns: string[]) => columns.map((column) => t(`look.column.${column}`));

const quotas = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string().default('–') }),
      status: z
        .object({
          hard: z.record(z.string(), z.string()).default({}),
          used: z.record(z.string(), z.string()).default({}),
        })
        .prefault({}),
    }),
  ),
  serverTime: z.string(),
  complete: z.boolean(),
});

const CLOUD = /\bcloud\b|\baccount\b|\baliyun\b|\balibaba\b|云(?:上|账号|资源)?|账号|地域/i;

/** What namespaces may take and have taken; of the cloud account where that is asked for. */
export const quota = defineFlow({
  id: 'quota',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const isCloud = CLOUD.test(context.text);
    const target = yield* chooseTarget(context, {
      text: context.text.replace(CLOUD, ' '),
      level: isCloud ? 'cluster' : 'any',
    });
    if (!target) return;
    if (isCloud) return yield* cloudQuota(context, target);
    const { clusterId, namespace } = target;
    const fields = ['metadata.name', 'metadata.namespace', 'status.hard', 'status.used'];
    const args = {
      clusterId,
      kind: 'ResourceQuota',
      fields,
      limit: 500,
      ...(namespace !== undefined && { namespace }),
    };
    const { items, serverTime, complete } = quotas.parse(yield* read('k8s_list', args));
    const rows = items
      .flatMap(({ metadata, status }) =>
        Object.entries(status.hard).map(([resource, hard]) => ({
          place: `${metadata.namespace}/${metadata.name}`,
          resource,
          hard,
          used: status.used[resource] ?? '–',
          share: shareOf(status.used[resource], hard),
        })),
      )
      .sort((one, other) => (other.share ?? -1) - (one.share ?? -1));
    const full = rows.filter(({ share }) => (share ?? 0) >= 0.9).length;
    yield* say('look.quota.title', { where: placeText(target), count: items.length, full }, [
      ...foldedTable(context, {
        caption: context.t('look.quota.caption', { count: rows.length }),
        head: heads(context, 'quota', 'resource', 'used', 'hard', 'share'),
        rows: rows.map(({ place, resource, used, hard, share }) => [
          (share ?? 0) >= 0.9 ? `⚠ ${place}` : place,
          resource,
          used,
          hard,
          percentText(share),
        ]),
      }),
      ...seenAt(context, serverTime, ...(complete ? [] : [context.t('look.list.incomplete')])),
      ...sends(sayingOf(context, 'top-pods', target), sayingOf(context, 'pods', target)),
    ]);
  },
});

function shareOf(used: string | undefined, hard: string): number | undefined {
  const [one, all] = [parseQuantity(used), parseQuantity(hard)];
  return one === undefined || !all ? undefined : one / all;
}

function* cloudQuota(context: FlowContext, target: Target): FlowRun {
  const { region } = z
    .object({ region: z.string() })
    .parse(yield* read('cluster_get', { clusterId: target.clusterId }));
  const answer = z.object({ items: z.array(z.object({ name: z.string(), limit: z.number() })) });
  const { items } = answer.parse(yield* read('quota_get', { region }));
  yield* say('look.quota.cloud', { region }, [
    ...foldedTable(context, {
      caption: context.t('look.quota.cloud', { region }),
      head: heads(context, 'quota', 'hard'),
      rows: items.map(({ name, limit }) => [name, `${limit}`]),
    }),
    { type: 'text', markdown: context.t('look.quota.cloud-used') },
  ]);
}

const certificateFacts = z.object({
  items: z.array(
    z.object({
      namespace: z.string(),
      secret: z.string(),
      hosts: z.array(z.string()),
      ingresses: z.array(z.string()),
      notAfter: z.string().optional(),
      why: z.string().optional(),
    }),
  ),
  complete: z.boolean(),
  serverTime: z.string(),
});
const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** When the certificates of Ingresses run out. What no tool can read is said to be unknown. */
export const certificates = defineFlow({
  id: 'certificates',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { t } = context;
    const target = yield* chooseTarget(context);
    if (!target) return;
    const { clusterId, namespace } = target;
    const args = { clusterId, ...(namespace !== undefined && { namespace }) };
    const { items, complete, serverTime } = certificateFacts.parse(yield* read('copilot_certificates', args));
    const days = ({ notAfter }: (typeof items)[number]) =>
      notAfter === undefined ? undefined : Math.floor((Date.parse(notAfter) - Date.parse(serverTime)) / DAY_MS);
    const sorted = items.toSorted((one, other) => (days(one) ?? -1) - (days(other) ?? -1));
    const soon = sorted.filter((one) => (days(one) ?? SOON_DAYS) < SOON_DAYS).length;
    const rows = sorted.map((one) => {
      const left = days(one);
      const state =
        left === undefined
          ? t(`look.certificates.${one.why ?? 'unreadable'}`)
          : t('look.certificates.left', { days: left });
      const mark = left !== undefined && left >= SOON_DAYS ? '' : '⚠ ';
      return [
        `${mark}${one.hosts.join(', ') || '*'}`,
        one.notAfter?.slice(0, 10) ?? '–',
        state,
        `${one.namespace}/${one.secret}`,
        one.ingresses.join(', '),
      ];
    });
    yield* say('look.certificates.title', { where: placeText(target), count: items.length, soon }, [
      ...foldedTable(context, {
        caption: t('look.certificates.caption', { count: rows.length }),
        head: heads(context, 'hosts', 'until', 'status', 'secret', 'ingress'),
        rows,
      }),
      ...seenAt(
        context,
        serverTime,
        t('look.certificates.api-server'),
        ...(complete ? [] : [t('look.list.incomplete')]),
      ),
      ...sends(sayingOf(context, 'ingresses', target)),
    ]);
  },
});

const costFacts = z.object({
  costs: z
    .object({
      currency: z.string(),
      source: z.enum(['bill', 'api', 'catalog', 'estimate']),
      asOf: z.string(),
      total: z.number(),
      idle: z.number(),
      namespaces: z.array(z.object({ namespace: z.string(), amount: z.number() })),
      unpriced: z.number(),
      month: z.object({ toDate: z.number(), forecast: z.number() }),
    })
    .optional(),
  unknown: z.array(z.object({ what: z.string(), why: z.string() })),
  time: z.string(),
});

/** What a month costs, told apart by who has reserved it: an estimate from prices of machines, never a bill. */
export const costs = defineFlow({
  id: 'costs',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { t } = context;
    const target = yield* chooseTarget(context, {
      text: context.text.replace(/\b(?:month|monthly|money|bill)\b/gi, ' '),
    });
    if (!target) return;
    const { clusterId, cluster, namespace } = target;
    const { costs: found, unknown, time } = costFacts.parse(yield* read('copilot_costs', { clusterId }));
    const why: Block[] = unknown.map(({ what, why: reason }) => ({ type: 'code', text: `${what}: ${reason}` }));
    if (!found)
      return yield* say('look.costs.none', { where: cluster }, [...why.slice(0, 3), ...seenAt(context, time)]);
    const { currency, total, idle, unpriced } = found;
    const money = (amount: number) => `${amount.toFixed(2)} ${currency}`;
    const wanted =
      namespace === undefined ? found.namespaces : found.namespaces.filter((one) => one.namespace === namespace);
    const rows = [
      ...wanted.map((one) => [one.namespace, money(one.amount), percentText(one.amount / total)]),
      ...(namespace === undefined ? [[t('look.costs.idle'), money(idle), percentText(idle / total)]] : []),
      [t('look.costs.total'), money(total), percentText(1)],
    ];
    const notes = [
      t('look.costs.how'),
      t(`look.costs.source-${found.source}`, { asOf: found.asOf }),
      ...(unpriced > 0 ? [t('look.costs.unpriced', { count: unpriced })] : []),
    ];
    yield* say(
      'look.costs.title',
      { where: placeText(target), amount: money(namespace === undefined ? total : (wanted[0]?.amount ?? 0)) },
      [
        ...foldedTable(context, {
          caption: t('look.costs.caption'),
          head: heads(context, 'namespace', 'month', 'share'),
          rows,
        }),
        ...seenAt(context, time, ...notes),
        ...sends(t('look.say.savings'), sayingOf(context, 'top-nodes', { cluster })),
      ],
    );
  },
});

const clusterFacts = z.object({
  version: z.string().optional(),
  nextVersion: z.string().optional(),
  state: z.string(),
  nodepools: z.array(z.object({ name: z.string() })),
});
const addonFacts = z.object({
  items: z.array(
    z.object({ name: z.string(), version: z.string(), state: z.string(), nextVersion: z.string().optional() }),
  ),
});
const nodeVersions = z.object({
  items: z.array(
    z.object({
      status: z.object({ nodeInfo: z.object({ kubeletVersion: z.string().default('–') }).prefault({}) }).prefault({}),
    }),
  ),
  serverTime: z.string(),
});

/** Which versions a cluster, its nodes and its add-ons have, and which newer ones there are. */
export const versions = defineFlow({
  id: 'versions',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { t } = context;
    const target = yield* chooseTarget(context, { level: 'cluster' });
    if (!target) return;
    const { clusterId, cluster } = target;
    const fields = ['metadata.name', 'status.nodeInfo.kubeletVersion'];
    const { items, serverTime } = nodeVersions.parse(
      yield* read('k8s_list', { clusterId, kind: 'Node', fields, limit: 500 }),
    );
    const kubelets = new Map<string, number>();
    for (const { status } of items)
      kubelets.set(status.nodeInfo.kubeletVersion, (kubelets.get(status.nodeInfo.kubeletVersion) ?? 0) + 1);
    const [cloud, addons] = [yield* maybe('cluster_get', { clusterId }), yield* maybe('addon_list', { clusterId })];
    const about = cloud && clusterFacts.parse(cloud);
    const known = addons ? addonFacts.parse(addons).items : [];
    const newer = known.filter(({ nextVersion }) => nextVersion !== undefined);
    const nodes = [...kubelets].map(([version, count]) => `${version} × ${count}`).join(', ');
    const rows = [...newer, ...known.filter((one) => !newer.includes(one))].map(
      ({ name, version, nextVersion, state }) => [name, version, nextVersion ?? '–', state],
    );
    yield* say('look.versions.title', { where: cluster, newer: newer.length }, [
      {
        type: 'fields',
        items: [
          { label: t('look.versions.cluster'), value: about?.version ?? t('look.versions.unknown') },
          {
            label: t('look.versions.next'),
            value: about ? (about.nextVersion ?? t('look.versions.newest')) : t('look.versions.unknown'),
          },
          { label: t('look.versions.nodes'), value: nodes || '–' },
        ],
      },
      ...foldedTable(context, {
        caption: t('look.versions.addons', { count: known.length }),
        head: heads(context, 'name', 'version', 'newer', 'state'),
        rows,
      }),
      ...seenAt(context, serverTime, ...(addons ? [] : [t('look.versions.no-cloud')])),
      ...sends(
        about?.nextVersion === undefined ? undefined : t('look.say.upgrade', { cluster }),
        sayingOf(context, 'nodes', { cluster }),
      ),
    ]);
  },
});

/** What a cluster of no cloud does not have. */
function* maybe(tool: string, args: { clusterId: string }): FlowRun<Record<string, unknown> | undefined> {
  try {
    return yield* read(tool, args);
  } catch (error) {
    if (error instanceof FlowError && error.code !== 'ENDED') return undefined;
    throw error;
  }
}

const known = z.object({
  items: z.array(
    z.object({ id: z.string(), name: z.string(), environment: z.string().optional(), backend: z.string() }),
  ),
  complete: z.boolean(),
});

/** The clusters that can be looked into. */
export const clusters = defineFlow({
  id: 'clusters',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { t } = context;
    const { items, complete } = known.parse(yield* read('k8s_clusters', {}));
    const [first] = items;
    yield* say('look.clusters.title', { count: items.length }, [
      ...foldedTable(context, {
        caption: t('look.clusters.title', { count: items.length }),
        head: heads(context, 'name', 'purpose', 'source', 'id'),
        rows: items.map(({ id, name, environment, backend }) => [name, environment ?? '–', backend, id]),
      }),
      ...seenAt(context, '', ...(complete ? [] : [t('look.clusters.incomplete')])),
      ...(first ? sends(...['nodes', 'pods'].map((key) => sayingOf(context, key, { cluster: first.name }))) : []),
    ]);
  },
});
