import type { Language, LocalText } from '../chat/types.ts';
import { tokensOf } from './prompt.ts';
import { type HeardEvidence, heardAs, heardIn, partsOf, sentenceOf } from './testimony.ts';
import type { Evidence, EvidencePack, NamedObject, Testimony } from './types.ts';

/** What is known before a model is asked, each thing with an id that can be cited. */

/** A finding of the rules, as far as a pack tells of it. */
export interface FindingToPack {
  cause: string;
  confidence: 'proven' | 'likely' | 'symptom';
  object: NamedObject;
  since?: string | undefined;
  summary: LocalText;
  symptoms: (NamedObject & { text: string })[];
  evidence: { source: string; time?: string | undefined; text: string }[];
}

const SURE = { proven: 0, likely: 1, symptom: 2 } as const;
const MOST_FINDINGS = 12;
const MOST_EVIDENCE = 8;
const MOST_SYMPTOMS = 4;
const LONGEST_TEXT = 1200;
const MOST_UNKNOWN = 20;

/** The pack of a diagnosis: the most probable finding first, its evidence numbered through from `E1`. Findings of the same standing keep their order. */
export function packOf(
  { findings, unknown }: { findings: readonly FindingToPack[]; unknown: EvidencePack['unknown'] },
  language: Language = 'en',
): EvidencePack {
  const evidence: Evidence[] = [];
  const add = (source: string, text: string, time?: string): string => {
    const id = `E${evidence.length + 1}`;
    evidence.push({ id, source, ...(time !== undefined && { time }), text: shortened(text) });
    return id;
  };
  const ranked = [...findings].sort((a, b) => SURE[a.confidence] - SURE[b.confidence]);
  const packed = ranked.slice(0, MOST_FINDINGS).map(({ cause, confidence, object, since, summary, ...seen }) => {
    const cites = [add(`rule ${cause}`, `${nameOf(object)}: ${summary[language]}`, since)];
    for (const { source, time, text } of seen.evidence.slice(0, MOST_EVIDENCE)) cites.push(add(source, text, time));
    for (const { text, ...of } of seen.symptoms.slice(0, MOST_SYMPTOMS))
      cites.push(add('symptom', `${nameOf(of)}: ${text}`));
    return { cause, confidence, object, summary: summary[language], cites };
  });
  const left = ranked
    .slice(MOST_FINDINGS)
    .map(({ cause, object }) => ({ what: `${cause} ${nameOf(object)}`, why: 'left out: too many findings' }));
  return { evidence, findings: packed, unknown: [...left, ...unknown].slice(0, MOST_UNKNOWN) };
}

/** A cluster as a question about many needs it. */
export interface ClusterToPack {
  id: string;
  name: string;
  environment?: string | undefined;
  version?: string | undefined;
  nodes?: number | undefined;
  namespaces?: readonly string[] | undefined;
}

const MOST_CLUSTERS = 30;
const MOST_NAMESPACES = 60;

/** What there is, for a question that is about no fault: clusters and namespaces by name. */
export function worldPack(clusters: readonly ClusterToPack[], unknown: EvidencePack['unknown'] = []): EvidencePack {
  const evidence = clusters
    .slice(0, MOST_CLUSTERS)
    .map(({ id, name, environment, version, nodes, namespaces }, at): Evidence => {
      const shown = namespaces?.slice(0, MOST_NAMESPACES).join(', ');
      const more = (namespaces?.length ?? 0) - MOST_NAMESPACES;
      const parts = [
        `cluster ${name}, clusterId "${id}"`,
        environment ?? 'environment unknown',
        version ? `Kubernetes ${version}` : 'version unknown',
        nodes === undefined ? 'nodes unknown' : `${nodes} nodes`,
        shown === undefined
          ? 'namespaces unknown'
          : `${namespaces?.length} namespaces: ${shown}${more > 0 ? `, and ${more} more` : ''}`,
      ];
      return { id: `E${at + 1}`, source: `k8s_clusters ${name}`, text: shortened(parts.join('; ')) };
    });
  const more = clusters.length - MOST_CLUSTERS;
  const left = more > 0 ? [{ what: `${more} clusters more`, why: 'left out: too many; k8s_clusters lists them' }] : [];
  return { evidence, findings: [], unknown: [...left, ...unknown] };
}

/**
 * The evidence of a pack with the words of strangers marked. What a rule says is the house's own word, but for what it quotes; a rule
 * that goes by nothing but strangers' words only reports.
 */
export function heardPack({ evidence, findings }: Pick<EvidencePack, 'evidence' | 'findings'>): HeardEvidence[] {
  const marked = new Map(evidence.map((one) => [one.id, markedLine(one)]));
  for (const { cites, confidence } of findings) {
    const [rule, ...lines] = cites.map((id) => ({ id, text: marked.get(id) ?? '' }));
    if (!rule) continue;
    const parts = lines.map(({ text }) => partsOf(text));
    const [kind] = parts.flatMap(({ heard }) => [...heard.keys()]);
    const isHearsay = confidence !== 'proven' && kind !== undefined && parts.every(({ own }) => own.trim() === '');
    const quoted = parts.flatMap(({ heard }) => [...heard].map(([by, words]) => ({ by, words })));
    const own = parts.map((part) => part.own).join('\n');
    marked.set(rule.id, isHearsay ? heardAs(kind, rule.text) : quotesMarked(rule.text, quoted, own));
  }
  return evidence.map((one) => ({ ...one, ...heardIn(marked.get(one.id) ?? one.text) }));
}

/** Whose words stand in a line of a finding besides a server's own. */
export const heardInLine = (line: { source: string; text: string }): Testimony[] =>
  heardIn(markedLine(line)).heard ?? [];

/** By where a line of a finding comes from. */
function markedLine({ source, text }: Pick<Evidence, 'source' | 'text'>): string {
  if (/^k8s_logs\b|^logs_query\b/.test(source)) return heardAs('log', text);
  if (/^k8s_events\b/.test(source)) return heardAs('event', text);
  if (/^alerts?\b/.test(source)) return heardAs('alert', text);
  return source.startsWith('rule ') ? text : sentenceOf(text);
}

/** Runs as long as this are no coincidence. */
const LEAST_QUOTED = 12;
const LEAST_WORDS = 3;

/** Runs of words of a summary that only strangers said are theirs: rules put a log's last line into it. */
function quotesMarked(summary: string, quoted: readonly { by: Testimony; words: string }[], own: string): string {
  const words = summary.split(/(?<=\s)/);
  let out = '';
  for (let at = 0; at < words.length; ) {
    const runs = quoted.map(({ by, words: said }) => ({ by, length: runLength(words.slice(at), said) }));
    const longest = runs.reduce((best, one) => (one.length > best.length ? one : best), { by: 'text', length: 0 } as {
      by: Testimony;
      length: number;
    });
    const run = words.slice(at, at + longest.length).join('');
    const isLong = run.trim().length >= LEAST_QUOTED && (longest.length >= LEAST_WORDS || /\p{Script=Han}/u.test(run));
    const isQuote = isLong && !own.includes(run.trim());
    out += isQuote ? heardAs(longest.by, run) : (words[at] ?? '');
    at += isQuote ? longest.length : 1;
  }
  return out;
}

/** How many of the next words were said in this order. */
function runLength(words: readonly string[], said: string): number {
  let length = 0;
  let run = '';
  while (length < words.length) {
    run += words[length];
    if (!said.includes(run.trim())) break;
    length++;
  }
  return length;
}

const DEFAULT_TOKENS = 4000;

/** The pack as a model reads it, within about so many tokens: the first findings whole, and a count of what did not fit. */
export function packText(pack: EvidencePack, { maxTokens = DEFAULT_TOKENS }: { maxTokens?: number } = {}): string {
  const byId = new Map(pack.evidence.map((one) => [one.id, one]));
  const cited = new Set(pack.findings.flatMap(({ cites }) => cites));
  const sections: string[][] = pack.findings.map(({ cause, confidence, object, cites }, at) => [
    `${at + 1}. ${cause} (${confidence}), ${nameOf(object)}`,
    ...cites.flatMap((id) => evidenceLine(byId.get(id))),
  ]);
  sections.push(
    pack.evidence.filter(({ id }) => !cited.has(id)).flatMap(evidenceLine),
    pack.unknown.map(({ what, why }) => `Could not be looked at: ${oneLine(what)}: ${oneLine(why)}`),
  );
  const head = pack.findings.length > 0 ? 'The rules found, the most probable first:' : 'The rules found nothing.';
  const lines = [pack.findings.length === 0 && pack.evidence.length > 0 ? 'What there is:' : head];
  const all = sections.flat();
  // The last line's own room.
  let room = maxTokens - tokens(lines[0] ?? '') - tokens('Left out for length: 100 lines.');
  for (const line of all) {
    room -= tokens(line);
    if (room < 0) break;
    lines.push(line);
  }
  const left = all.length - (lines.length - 1);
  return [...lines, ...(left > 0 ? [`Left out for length: ${left} lines.`] : [])].join('\n');
}

/** A line's own share, without what a message costs by itself. */
const tokens = (line: string): number =>
  tokensOf([{ role: 'user', content: `${line}\n` }]) - tokensOf([{ role: 'user', content: '' }]);

function evidenceLine(one: Evidence | undefined): string[] {
  if (!one) return [];
  const { id, source, time, text } = one;
  return [`   [${id}] ${oneLine(source)}${time === undefined ? '' : ` at ${time}`}: ${oneLine(text)}`];
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ⏎ ').trim();

/** Head and tail: logs say what went wrong at their end. */
function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const half = LONGEST_TEXT / 2;
  return `${text.slice(0, half)} … ${text.length - LONGEST_TEXT} characters left out … ${text.slice(-half)}`;
}

/** As people write it: `Deployment prod/app`. */
function nameOf({ kind, namespace, name }: NamedObject): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
