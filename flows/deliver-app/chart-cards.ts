import { z } from 'zod';
import type { Translate } from '../../src/chat/messages.ts';
import type { Block } from '../../src/chat/types.ts';
import { text } from './cards.ts';

/** A rendered chart, as the view answers it, and what an approver is told of it. */

const facts = z.looseObject({
  name: z.string(),
  version: z.string(),
  appVersion: z.string().optional(),
  description: z.string().optional(),
  deprecated: z.boolean(),
});
export const renderedSchema = z.looseObject({
  chart: facts,
  place: z.string(),
  objects: z.array(z.object({ template: z.string(), object: z.record(z.string(), z.json()) })),
  given: z.array(z.object({ path: z.string(), value: z.string().nullable() })),
  hooks: z.array(z.object({ kind: z.string(), name: z.string(), when: z.string() })),
  crds: z.array(z.string()),
  notes: z.string(),
  unlike: z.array(z.string()),
  isUpgrade: z.boolean(),
  stays: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type RenderedChart = z.output<typeof renderedSchema>;

export const listSchema = z.looseObject({
  charts: z.array(facts.extend({ place: z.string() })),
  unknown: z.array(z.object({ place: z.string(), why: z.string().optional() })),
});

/** Everything that is not in the objects themselves: from where, with which values, and what was left out. */
export function chartBlocks(rendered: RenderedChart, t: Translate): Block[] {
  const { chart, place, given, hooks, crds, unlike, stays, notes, unknown } = rendered;
  const say = (key: string, params?: Record<string, string | number>) => [text(t(`deliver.chart.${key}`, params))];
  const list = (items: readonly string[]) => items.slice(0, 30).join(', ');
  return [
    ...say('what', { name: chart.name, version: chart.version, app: chart.appVersion ?? '–', place }),
    ...(chart.deprecated ? say('deprecated', { name: chart.name }) : []),
    ...(given.length > 0 ? [valuesTable(given, t)] : say('defaults')),
    ...(hooks.length > 0
      ? say('hooks', { list: list(hooks.map(({ kind, name, when }) => `${kind} ${name} (${when})`)) })
      : []),
    ...(crds.length > 0 ? say('crds', { list: list(crds) }) : []),
    ...(unlike.length > 0 ? say('unlike', { list: list(unlike) }) : []),
    ...(stays.length > 0 ? say('stays', { list: list(stays) }) : []),
    ...(unknown.length > 0 ? say('stays-unknown', { list: list(unknown) }) : []),
    ...say('no-release'),
    ...(notes === ''
      ? []
      : [
          {
            type: 'details' as const,
            summary: t('deliver.chart.notes'),
            blocks: [{ type: 'code' as const, text: notes.slice(0, 3000) }],
          },
        ]),
  ];
}

function valuesTable(given: RenderedChart['given'], t: Translate): Block {
  return {
    type: 'table',
    caption: t('deliver.chart.values'),
    head: [t('deliver.chart.column-value'), t('deliver.chart.column-given')],
    rows: given.slice(0, 40).map(({ path, value }) => [path, value ?? t('deliver.chart.hidden')]),
  };
}

export function chartTable({ charts }: z.output<typeof listSchema>, t: Translate): Block {
  return {
    type: 'table',
    caption: t('deliver.chart.list'),
    head: ['chart', 'version', 'app', 'description', 'place'].map((column) => t(`deliver.chart.column-${column}`)),
    rows: charts.map(({ name, version, appVersion, description, deprecated, place }) => [
      name,
      version,
      appVersion ?? '–',
      `${deprecated ? `${t('deliver.chart.is-deprecated')} ` : ''}${description ?? ''}`.slice(0, 120) || '–',
      place,
    ]),
  };
}
