import { ask, type FlowContext, FlowError, type FlowRun, say } from '../../src/flow/kit.ts';
import { authorOf, whyOf } from './author.ts';
import { text } from './cards.ts';
import { chartBlocks, chartTable, listSchema, type RenderedChart, renderedSchema } from './chart-cards.ts';
import { type ChartWish, chartIn } from './chart-sentence.ts';
import { isReleased, takeObjects } from './manifest.ts';
import { askNamespace, namespaceFor, placeIn } from './namespace.ts';
import { asObject } from './objects.ts';
import { look } from './patient.ts';
import { choosePlace, namespacesOf } from './place.ts';
import { type Place, textIn, type Words } from './plan.ts';
import { deliverAsWritten } from './release.ts';

/** A Helm chart, rendered and then released as any manifest is. */

const MOST_OBJECTS = 30;
/** https://helm.sh/docs/chart_template_guide/getting_started/ */
const RELEASE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/;

export function* deliverChart(first: ChartWish, words: Words, context: FlowContext): FlowRun {
  const wish = yield* named(first, context);
  if (!wish) return;
  const { reference } = wish;
  const name = wish.name ?? nameFrom(reference);
  if (!RELEASE_NAME.test(name)) return yield* say('deliver.chart.name', { name });
  const place = yield* choosePlace(placeContext(wish, context));
  if (!place) return;
  const namespaces = yield* namespacesOf(place);
  const wanted = wish.said.wish.namespace ?? placeIn(wish.said, namespaces, place);
  const chosen = wanted ?? (yield* askNamespace(namespaces, context));
  if (chosen === undefined) return;
  const namespace = yield* namespaceFor(chosen, { place, namespaces }, words, context);
  if (namespace === undefined) return;
  const rendered = yield* renderedChart({ ...wish, name }, { place, namespace }, context);
  if (!rendered) return;
  yield* release(rendered, { place, namespace, name, wish }, words, context);
}

/** A cluster may be named anywhere but in the chart's own address and values. */
const placeContext = ({ said }: ChartWish, context: FlowContext): FlowContext => ({
  ...context,
  text: [...said.places, context.text.replaceAll(/\S+[=/]\S+|```[\s\S]*?(?:```|$)/g, ' ')].join(' '),
});

/** The chart that is meant, asked for where the sentence names none. */
function* named(wish: ChartWish, { t }: FlowContext): FlowRun<(ChartWish & { reference: string }) | undefined> {
  const { reference } = wish;
  if (reference !== undefined) return { ...wish, reference };
  const list = listSchema.parse(yield* look('copilot_charts'));
  const answer = yield* ask({
    key: 'chart',
    title: { key: 'deliver.chart.which' },
    blocks: list.charts.length > 0 ? [chartTable({ ...list, charts: list.charts.slice(0, 20) }, t)] : [],
    choices: [{ id: 'cancel', label: t('deliver.cancel') }],
    freeText: true,
  });
  if (!('text' in answer)) {
    yield* say('deliver.ended-rejected');
    return undefined;
  }
  const typed = chartIn(`chart ${answer.text.trim()}`);
  if (typed?.reference === undefined) {
    yield* say('deliver.chart.which-not');
    return undefined;
  }
  const { reference: meant, version } = typed;
  return { ...wish, reference: meant, ...(version !== undefined && { version }) };
}

const nameFrom = (reference: string): string => (reference.split('/').at(-1) ?? '').toLowerCase();

function* renderedChart(
  { reference, version, name, set, setText, yaml }: ChartWish & { reference: string; name: string },
  { place, namespace }: { place: Place; namespace: string },
  { t }: FlowContext,
): FlowRun<RenderedChart | undefined> {
  try {
    return renderedSchema.parse(
      yield* look('copilot_chart', {
        clusterId: place.clusterId,
        reference,
        ...(version !== undefined && { version }),
        name,
        namespace,
        ...(yaml !== undefined && { yaml }),
        set,
        setText,
      }),
    );
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    const isKnown = /^(?:CHART|VALUES)_[A-Z_]+$/.test(error.code);
    const key = isKnown ? error.code.toLowerCase().replaceAll('_', '-') : 'failed';
    yield* say(`deliver.chart.${key}`, { chart: reference }, [
      { type: 'code', text: error.message.slice(0, 1000) },
      ...next(key, t),
    ]);
    return undefined;
  }
}

const next = (key: string, t: FlowContext['t']) =>
  key === 'chart-not-found'
    ? [
        {
          type: 'buttons' as const,
          items: [{ id: `send:${t('deliver.chart.next-list')}`, label: t('deliver.chart.next-list') }],
        },
      ]
    : [];

interface Releasing {
  place: Place;
  namespace: string;
  name: string;
  wish: ChartWish;
}

function* release(
  rendered: RenderedChart,
  { place, namespace, name, wish }: Releasing,
  words: Words,
  context: FlowContext,
): FlowRun {
  const { t } = context;
  const { chart } = rendered;
  const refusals = refusalsOf(rendered, t);
  if (refusals.length > 0) return yield* say('deliver.chart.not-taken', { name: chart.name }, refusals.map(text));
  const read = takeObjects(
    rendered.objects.map(({ object }) => object),
    namespace,
    MOST_OBJECTS,
  );
  if (read.kind === 'refused')
    return yield* say('deliver.chart.not-taken', { name: chart.name }, [
      text(t(`deliver.pasted.${read.problem}`, read.params)),
    ]);
  if (read.objects[0]?.metadata.namespace !== namespace)
    return yield* say('deliver.chart.not-taken', { name: chart.name }, [
      text(t('deliver.chart.elsewhere', { namespace: read.objects[0]?.metadata.namespace ?? '', wanted: namespace })),
    ]);
  const params = { chart: chart.name, version: chart.version, name, namespace, count: read.objects.length };
  const title = textIn(words)(
    rendered.isUpgrade ? 'deliver.plan.title-chart-again' : 'deliver.plan.title-chart',
    params,
  );
  yield* deliverAsWritten(
    {
      place,
      namespace,
      name,
      objects: read.objects,
      title,
      why: whyOf(authorOf({ ...context, text: withoutValues(context.text) }), words),
      httpPath: wish.said.wish.probePath,
      about: chartBlocks(rendered, t),
    },
    { key: 'deliver.chart.done', params },
    words,
    context,
  );
}

/** Values are on the plan, secrets among them blanked; the reason that is kept goes without. */
const withoutValues = (text: string): string => text.replaceAll(/(?<=[\w\]]=)(?:"[^"]*"|'[^']*'|\S+)/g, '…');

/** What keeps a chart from being taken, all of it at once. */
function refusalsOf({ objects }: RenderedChart, t: FlowContext['t']): string[] {
  const shown = (list: typeof objects) =>
    list
      .map(({ object, template }) => `${String(object.kind)} ${String(asObject(object.metadata).name)} (${template})`)
      .slice(0, 20)
      .join(', ');
  const secrets = objects.filter(({ object }) => object.kind === 'Secret');
  const others = objects.filter(({ object }) => object.kind !== 'Secret' && !isReleased(String(object.kind)));
  return [
    ...(secrets.length > 0 ? [t('deliver.chart.secrets', { list: shown(secrets) })] : []),
    ...(others.length > 0 ? [t('deliver.chart.kinds', { list: shown(others) })] : []),
  ];
}

/** Which charts there are. */
export function* chartList({ t }: FlowContext): FlowRun {
  const list = listSchema.parse(yield* look('copilot_charts'));
  const unknown = list.unknown.map(({ place, why }) =>
    text(t('deliver.chart.place-unknown', { place, why: why ?? t('deliver.chart.place-silent') })),
  );
  if (list.charts.length === 0) return yield* say('deliver.chart.none', undefined, unknown);
  const [first] = list.charts;
  const label = t('deliver.chart.next-deploy', { name: first?.name ?? '' });
  yield* say('deliver.chart.there-are', { count: list.charts.length }, [
    chartTable(list, t),
    ...unknown,
    { type: 'buttons', items: [{ id: `send:${label}`, label }] },
  ]);
}
