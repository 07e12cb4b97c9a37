import type { Translate } from '../../../src/chat/messages.ts';
import type { Language } from '../../../src/chat/types.ts';
import type { Category, Facts, InspectionItem, Severity, Verdict } from '../../../src/health/types.ts';
import { byText, plain, say } from './texts.ts';

/**
 * Items of ACK's inspection that mean what one of our signals means, by their id without case and marks. The ids are those of the rules
 * that mirror them: https://www.alibabacloud.com/help/en/cloud-config/latest/check-the-number-of-coredns-replicas-in-an-ack-cluster
 */
const SAME: Record<string, string> = {
  corednshasonlyonereplica: 'DNS3',
  corednsnoendpoint: 'DNS3',
  somecorednspodsnotready: 'DNS3',
  apiservicenotavailable: 'CP5',
  kubeletversionoutdate: 'API16',
  nodenotready: 'N1',
};

/** https://api.alibabacloud.com/document/CS/2015-12-15/GetClusterInspectReportDetail */
const SEVERITY: Record<string, Severity> = { advice: 'low', warning: 'medium', error: 'high', critical: 'critical' };
const MOST_TARGETS = 20;
/** As the facts name what an inspection comes from. */
const SOURCES = new Set(['ACK inspection', 'cloud']);

/** What ACK's own inspection found, one verdict for each item: under our code where it means the same, else `ACK:…`. */
export function inspectionVerdicts(facts: Facts, words: Record<Language, Translate>): Verdict[] {
  const { inspection } = facts;
  if (!inspection) return lostInspection(facts);
  const source = `ACK inspection ${plain(inspection.finishedAt)}`;
  return inspection.items
    .toSorted((a, b) => byText(a.id, b.id))
    .map((item) => verdictOf(item, { source, cluster: facts.cluster, words }));
}

/** It is there and was refused: what it would have said may be bad. */
function lostInspection({ unknown }: Facts): Verdict[] {
  const lost = unknown.find(({ what, kind }) => SOURCES.has(what) && kind === 'lost');
  if (!lost) return [];
  const worst = { severity: 'high', confidence: 1 } as const;
  return [{ code: 'ACK', category: 'control-plane', state: 'unknown', kind: 'lost', why: lost.why, worst }];
}

interface Context {
  source: string;
  cluster: Facts['cluster'];
  words: Record<Language, Translate>;
}

function verdictOf(item: InspectionItem, { source, cluster, words }: Context): Verdict {
  const code = codeOf(item.id);
  const targets = item.targets.length > 0 ? item.targets : [cluster.id];
  const params = { name: plain(item.name || item.id), fix: plain(item.fix) };
  return {
    code,
    category: categoryOf(item),
    state: 'bad',
    severity: SEVERITY[item.level.toLowerCase()] ?? 'medium',
    confidence: 1,
    affected: 1,
    relevant: 1,
    graceMs: 0,
    prod: true,
    objects: targets.slice(0, MOST_TARGETS).map((target) => ({
      kind: target === cluster.id ? 'Cluster' : 'Target',
      name: target === cluster.id ? cluster.name : plain(target),
    })),
    count: targets.length,
    text: say(words, 'signals.ack.text', params),
    evidence: [{ source, text: plain(`${item.name}: ${item.description}`) }],
    next: say(words, params.fix ? 'signals.ack.fix' : 'signals.ack.next', params),
  };
}

function codeOf(id: string): string {
  const bare = id
    .toLowerCase()
    .replace(/^ack-cluster-inspect-|-check$/g, '')
    .replace(/[^a-z0-9]/g, '');
  return SAME[bare] ?? `ACK:${plain(id).replaceAll(/[^\w.-]/g, '-')}`;
}

/** ACK's categories are security, performance, stability, limitation and cost; ours say what is concerned. */
function categoryOf({ id, category }: InspectionItem): Category {
  if (category === 'security' || category === 'cost') return category;
  if (/dns|api-?serv/i.test(id)) return 'control-plane';
  return /^node/i.test(id) ? 'nodes' : 'capacity';
}
