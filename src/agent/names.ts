import { isOrdinary } from '../chat/ordinary-words.ts';
import type { Evidence, NamedObject } from './types.ts';

/** Names of objects in sentences and in evidence. A sentence is written by a model; what is a name in it is judged with a bias to asking for proof. */

/** What is known by name, and what anybody may speak of without proof. */
export interface KnownNames {
  names: ReadonlySet<string>;
  /** The cluster that the question is about: its evidence hardly repeats it. */
  given: ReadonlySet<string>;
}

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const FIELD = '(?:name|namespace|nodeName|node|pod|container|deployment|service|cluster|job|claimName)';
/** As JSON, labels of metrics and tools write it: a word in this place is a name. */
const SURE = [
  new RegExp(`\\b${FIELD}\\\\?"?\\s*[:=]\\s*\\\\?"([a-z0-9][a-z0-9.-]*)\\\\?"`, 'g'),
  /(?<![\w./:-])([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9.-]*)(?![\w/])/g,
];
const AFTER_KIND = /\b[A-Z][a-z]+(?:[A-Z][a-z]+)*[ /]([a-z0-9][a-z0-9.-]*)(?![\w/])/g;
/** As YAML and people write it: a word in this place may be one of a sentence. */
const UNSURE = [new RegExp(`\\b${FIELD}: ([a-z0-9][a-z0-9.-]*)`, 'g'), AFTER_KIND];

/** The names that evidence, findings and the question tell of. */
export function knownNames(
  seen: { evidence: readonly Evidence[]; objects: readonly NamedObject[]; question: string },
  given: readonly string[],
): KnownNames {
  const { evidence, objects, question } = seen;
  const sure = [
    ...objects.flatMap(({ name, namespace }) => [name, namespace ?? '']),
    ...evidence.flatMap(({ source, text }) => [...groupsOf(source, [...SURE, AFTER_KIND]), ...groupsOf(text, SURE)]),
  ];
  const unsure = [
    ...evidence.flatMap(({ source, text }) => [...runsOf(source), ...groupsOf(text, UNSURE)]),
    ...runsOf(question).flatMap((run) => run.split('/')),
  ];
  const names = [...sure, ...unsure.filter((name) => !isWord(name))];
  const isOne = (name: string) => NAME.test(name) && name.length > 1 && !isKind(name) && !/^\d/.test(name);
  return { names: new Set(names.filter(isOne)), given: new Set(given) };
}

const groupsOf = (text: string, patterns: readonly RegExp[]): string[] =>
  patterns.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups.filter(Boolean)));

/** The objects and terms that a sentence speaks of, each as it is written there. */
export function namesOf(sentence: string, { names, given }: KnownNames): string[] {
  const found = new Set<string>();
  const quoted = new Set([...sentence.matchAll(/[`"“「']([^\s`"”」']+)[`"”」']/g)].map(([, run]) => bare(run ?? '')));
  const runs = runsOf(sentence);
  for (const [at, run] of runs.entries()) {
    const look = { names, before: runs[at - 1], after: runs[at + 1], isQuoted: quoted.has(run) };
    for (const name of namesInRun(run, look)) if (!given.has(name)) found.add(name);
  }
  return [...found];
}

interface Place {
  names: ReadonlySet<string>;
  before: string | undefined;
  after: string | undefined;
  isQuoted: boolean;
}

function namesInRun(run: string, place: Place): string[] {
  if (/[:@]/.test(run) && run.includes('/')) return [run];
  if (!run.includes('/')) return isName(run, place) ? [run] : [];
  const parts = run.split('/').filter((part) => part !== '' && !isKind(part));
  return parts.filter(
    (part) => place.names.has(part) || isName(part, { ...place, before: undefined, after: undefined }),
  );
}

function isName(run: string, { names, before, after, isQuoted }: Place): boolean {
  if (isKind(run) || NO_NAME.test(run)) return false;
  const isWordly = isWord(run);
  // What stands by its kind, or in quotation marks, is a name even where it could be a word: `Deployment web`.
  const isMarked = isQuoted || (before !== undefined && /^[A-Z]/.test(before) && isKind(before));
  if (names.has(run)) return !AMBIGUOUS.has(run) || isMarked || isKind(before ?? '') || isKind(after ?? '');
  if (isTerm(run)) return true;
  if (!NAME.test(run)) return false;
  if (/[-.\d]/.test(run)) return !isWordly || (isMarked && run.includes('-'));
  return isMarked && !isWordly;
}

/** Names that sentences use as words. */
const AMBIGUOUS = new Set(
  `default test tests app apps web api main data system name time first last log logs metrics monitoring image images memory cpu limit
  limits request requests config configuration backup release worker workers server servers client database db cache queue storage disk
  network proxy ingress gateway controller registry probe init public internal external production staging development dev all any one
  other new old current previous next more most same both status state error errors event events running pending failed ready healthy
  true false null none not no yes is was has by in on at to for of the and or with from as it that this info warning container`.split(
    /\s+/,
  ),
);

/** Reasons, variables and the like: `OOMKilled`, `DB_HOST`. */
const isTerm = (run: string): boolean => /[a-z][A-Z]|[A-Z]{2}[a-z]|\w_\w/.test(run) && /^[\w.-]+$/.test(run);

/** Figures with a unit, shorthand of the trade, and paths of fields. */
const NO_NAME =
  /^(?:\d+(?:\.\d+)?(?:st|nd|rd|th|x|xx|[A-Za-z]{1,3})?|p\d{2,3}|k8s|k3s|ipv[46]|https?\d?|v\d+(?:(?:alpha|beta)\d+)?|amd64|arm64|x86|l[47]|e\d+|e\.g|i\.e|etc|vs|(?:spec|status|metadata|data|resources|limits|requests)\..*|PromQL|GitOps|GitHub|DevOps|CPUs|vCPUs?|PVCs?|OOM|APIs?|IPs|PDBs|HPAs|IOps|IOPS|TCP\w*|MySQL|PostgreSQL|MongoDB|JavaScript|OpenAPI|DingTalk)$/;

const KINDS = new Set(
  `pod deployment statefulset daemonset replicaset replicationcontroller job cronjob service endpoint endpoints endpointslice ingress
  ingressclass configmap secret node namespace persistentvolume persistentvolumeclaim pvc pv storageclass volumeattachment hpa
  horizontalpodautoscaler pdb poddisruptionbudget networkpolicy serviceaccount role rolebinding clusterrole clusterrolebinding
  resourcequota limitrange event lease priorityclass container initcontainer nodepool cluster workload volume image replica
  validatingwebhookconfiguration mutatingwebhookconfiguration customresourcedefinition crd apiservice controllerrevision
  deploy sts ds rs svc cm ns po loadbalancer clusterip nodeport`.split(/\s+/),
);

/** Whether a word is the kind of an object, in any number and case. */
function isKind(word: string): boolean {
  const low = word.toLowerCase().replaceAll('-', '');
  return [low, low.replace(/s$/, ''), low.replace(/es$/, ''), low.replace(/ies$/, 'y')].some((one) => KINDS.has(one));
}

/** Parts of compounds that the house itself has no need to say. */
const WORDS = new Set(
  `crash crashes crashing loop looping loops backoff hungry bound leak leaking committed provisioned running lived term scale scaling
  scaler scaled balanced balancer robin configured misconfigured handed level side fly thread threaded safe root privileged hoc premise
  premises built aware based side sided wide specific related induced side killer killed kill killing throttled throttling end user
  facing defined effort guaranteed burstable elastic hot cold started start starting restart restarting restarts retry retries pull
  pulled pulling mount mounted schedule scheduled unschedulable healthy unhealthy readiness liveness startup garbage collected
  collection key value pair name names named look lookup lookups plug plugin sub co inter intra multi single double re non pre post
  self auto mis under over un de semi anti peer east west north south on off out of to in up down by per and or the`.split(
    /\s+/,
  ),
);

function isWord(run: string): boolean {
  return run
    .split(/[-/]/)
    .every((part) => part === '' || WORDS.has(part.toLowerCase()) || isOrdinary(part, 'en') || isOrdinary(part, 'zh'));
}

const bare = (run: string): string => run.replace(/[._/:@+-]+$/, '').replace(/^[^\p{L}\p{N}]+/u, '');

/** Latin words, names and paths. */
function runsOf(text: string): string[] {
  const plain = text.replaceAll(/['’](?:s|t|re|ve|ll|d|m)\b/gi, '');
  const runs = plain.match(/[\p{Script=Latin}\p{N}_][\p{Script=Latin}\p{N}._/:@+-]*/gu) ?? [];
  return runs.map(bare).filter((run) => run !== '');
}

/** What Kubernetes appends to the name of a workload to name its pods and jobs. Its random letters leave out vowels. */
const OFFSPRING =
  '(?:-[a-z0-9]{1,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}|-\\d{1,10}(?:-[bcdfghjklmnpqrstvwxz2456789]{5})?';

/** Evidence as names are looked for in it. Words that a model searched for name nothing. */
export const searchable = ({ source, text }: Pick<Evidence, 'source' | 'text'>): string =>
  `${source.replace(SEARCHED, '')}\n${text.replaceAll(/\\[nrt]/g, ' ')}`;

const SEARCHED = /, lines with "[\s\S]*$|(?<=^logs_query .*) query=[\s\S]*$/;

/** Whether a server itself names it: as `mentions`, but a term has to stand alone, since people can hide one in a longer name. */
export function states(text: string, name: string): boolean {
  if (!isTerm(name)) return mentions(text, name);
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const joint = name.includes('_') ? 'a-z0-9-' : 'a-z0-9_-';
  return new RegExp(`(?<![${joint}])${escaped}(?![${joint}])`, 'i').test(text);
}

/** Whether searchable text names it: the object itself, or a pod of it. */
export function mentions(text: string, name: string): boolean {
  if (isTerm(name)) return squashed(text).includes(squashed(name));
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![a-z0-9-])${escaped}(?:${OFFSPRING})?(?![a-z0-9]|-[a-z0-9])`, 'i').test(text);
}

const squashed = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
