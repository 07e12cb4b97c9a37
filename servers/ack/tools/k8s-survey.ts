import { z } from 'zod';
import { refusal } from '../errors.ts';
import type { Clusters } from '../kube/clusters.ts';
import { clusterId, wireOf } from '../kube/kube-tool.ts';
import { createKept, type Kept } from '../kube/survey/kept.ts';
import { pagesOf } from '../kube/survey/pages.ts';
import { readCluster } from '../kube/survey/read.ts';
import { readTool } from '../tool.ts';

/** The surveys of one server. */
const surveys = new WeakMap<Clusters, Kept>();

function keptBy(clusters: Clusters): Kept {
  const known = surveys.get(clusters) ?? createKept();
  surveys.set(clusters, known);
  return known;
}

export const k8sSurvey = readTool({
  name: 'k8s_survey',
  title: 'Survey a cluster for a health report',
  description:
    'Reads every kind that a health report needs, once, and gives them in a small form: nodes, specs of pods that look alike once, pods as rows of numbers, workloads, budgets, volumes, access and more; never values of variables or ConfigMaps. `readings` says which kinds could not be read. In pages of one survey: ask on with `cursor` within a minute, and append each list to what came before.',
  input: { clusterId, cursor: z.string().max(100).optional() },
  output: {
    /** Lists of a survey, or parts of them; `pods` and `access` are objects of lists. */
    page: z.record(z.string(), z.unknown()),
    /** Of the next page; absent with the last one. */
    cursor: z.string().optional(),
    pages: z.number(),
    tookMs: z.number(),
  },
  say: ({ pages, cursor }) => `A survey in ${pages} pages${cursor === undefined ? '; this is the last one' : ''}.`,
  async run({ clusterId: id, cursor }, context) {
    const kept = keptBy(context.clusters);
    const startedAt = performance.now();
    const [known, at] = cursor === undefined ? [] : split(cursor);
    const pages =
      known === undefined ? pagesOf(await readCluster(await wireOf(id, context), context.signal)) : kept.pages(known);
    if (!pages) throw refusal('NOT_FOUND', 'This survey is forgotten: begin anew without a cursor');
    const survey = known ?? (pages.length > 1 ? kept.keep(pages) : '');
    return pageOf(pages, { survey, at: at ?? 0, tookMs: Math.round(performance.now() - startedAt) });
  },
});

function split(cursor: string): [string, number] {
  const [, survey, at] = /^([0-9a-f-]{36})\.(\d{1,6})$/.exec(cursor) ?? [];
  if (survey === undefined) throw refusal('INVALID_ARGUMENT', 'cursor is none that this tool has given');
  return [survey, Number(at)];
}

function pageOf(pages: string[], { survey, at, tookMs }: { survey: string; at: number; tookMs: number }) {
  const page = pages[at];
  if (page === undefined) throw refusal('INVALID_ARGUMENT', `This survey has ${pages.length} pages`);
  return {
    page: z.record(z.string(), z.unknown()).parse(JSON.parse(page)),
    ...(at + 1 < pages.length && { cursor: `${survey}.${at + 1}` }),
    pages: pages.length,
    tookMs,
  };
}
