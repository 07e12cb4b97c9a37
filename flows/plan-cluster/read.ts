import type { Message } from '../../src/chat/messages.ts';
import { FlowError, type FlowRun, read } from '../../src/flow/kit.ts';
import type { Knowledge } from './knowledge.ts';
import { type LiveAnswers, withLive } from './live.ts';
import { recommend } from './recommend.ts';
import type { Requirements } from './requirements.ts';
import { settle } from './wish.ts';

type Arguments = Parameters<typeof read>[1];

/** What the cloud says now, laid over the data files; what it did not answer, as notes for the person. */
export function* askCloud(
  wanted: Requirements,
  knowledge: Knowledge,
): FlowRun<{ knowledge: Knowledge; notes: Message[] }> {
  const notes: Message[] = [];
  const { region } = settle(wanted, knowledge);
  const place: LiveAnswers = {
    zones: yield* tryRead('cloud_list_zones', { region }, 'zones', notes),
    versions: yield* tryRead('cloud_list_k8s_versions', { region }, 'versions', notes),
    clusters: yield* tryRead('cluster_list', { region }, 'clusters', notes),
  };
  const placed = withLive(knowledge, region, place);
  const instanceTypes = candidates(wanted, placed);
  if (instanceTypes.length === 0) return { knowledge: placed, notes };
  const zones = placed.regions.find(({ id }) => id === region)?.zones.slice(-20) ?? [];
  const items = instanceTypes.map((spec) => ({ kind: 'instance', spec }));
  const live: LiveAnswers = {
    ...place,
    types: yield* tryRead('cloud_list_instance_types', { region, instanceTypes }, 'types', notes),
    stock: yield* tryRead('cloud_check_stock', { region, zones, instanceTypes }, 'stock', notes),
    prices: yield* tryRead('cloud_get_price', { region, items }, 'prices', notes),
  };
  return { knowledge: withLive(knowledge, region, live), notes };
}

/** The types that the options would use, at most 20. */
function candidates(wanted: Requirements, knowledge: Knowledge): string[] {
  const answer = recommend(wanted, knowledge);
  if (!answer.ok) return [];
  return [...new Set(answer.options.flatMap(({ pool }) => pool.instanceTypes))].slice(0, 20);
}

function* tryRead(tool: string, args: Arguments, what: string, notes: Message[]): FlowRun<unknown> {
  try {
    return yield* read(tool, args);
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    notes.push({ key: `plan.unanswered.${what}`, params: { code: error.code } });
    return undefined;
  }
}
