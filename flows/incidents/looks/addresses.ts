import type { ObjectRef } from '../finding.ts';
import type { Service } from '../kinds.ts';
import type { Scene } from '../scene.ts';
import { hasLabels } from '../selectors.ts';
import type { Environment, Setting } from './env.ts';

/** A host, and a port where one is named. */
export interface Address {
  host: string;
  port?: number;
}

/** An address that a program is given, and where it stands. */
export interface GivenAddress extends Address {
  setting: Setting;
}

/** What an address leads to, as far as this cluster can say. */
export type Target =
  | { kind: 'service'; service: Service; namespace: string; hasPort: boolean }
  /** It can only mean a Service of this cluster, and there is none of that name for certain. */
  | { kind: 'missing'; namespace: string; name: string }
  | { kind: 'external' }
  | { kind: 'unknown' };

const LONGEST_VALUE = 4_000;
const HOST =
  '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?){0,9}\\.?';
const URL_LIKE = new RegExp(
  `[a-z][a-z0-9+.:-]{1,30}://(?:[^\\s/]{0,200}@)?(${HOST}(?::\\d{1,5})?(?:,${HOST}(?::\\d{1,5})?){0,9})`,
  'gi',
);
const PLAIN = new RegExp(
  `^(?:-{1,2}[\\w.-]{1,60}[= ])?(${HOST}:\\d{1,5}(?:,${HOST}:\\d{1,5}){0,9})(?:/.{0,200})?$`,
  'i',
);
const ORACLE_LIKE = new RegExp(`@(?:tcp\\()?(${HOST}:\\d{1,5})`, 'i');
const HOST_NAMED = /(?:^|[_.-])(?:host(?:name)?|addr(?:ess)?|server|endpoint|service_name|upstream)$/i;
const BARE = new RegExp(`^${HOST}$`);
/** Where to listen, not where to connect to; or no address at all. */
const OTHER =
  /listen|bind|advertis|(?:^|_)(?:image|version|tag|user|username|group)$|^(?:http_?)?(?:host|hostname|addr|address)$/i;
/** What scripts wait with. */
const WAITS = new RegExp(
  `\\b(?:nc(?: -\\w+)*|nslookup|getent hosts|(?:pg_isready|mysqladmin|mysql|redis-cli|psql).{0,60}? (?:-h|--host)) ?=?(${HOST})(?: (\\d{2,5})\\b)?`,
  'gi',
);

/** The addresses that a program is told to connect to: in URLs, as `host:port`, and in variables that are named after a host. */
export function addressesIn({ settings }: Environment): GivenAddress[] {
  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  return settings
    .flatMap((setting) => addressesOf(setting, byName).map((address) => ({ ...address, setting })))
    .filter(({ host }) => isName(host));
}

function addressesOf(setting: Setting, byName: ReadonlyMap<string, Setting>): Address[] {
  const { name, value = '' } = setting;
  if (value === '' || value.length > LONGEST_VALUE || OTHER.test(name)) return [];
  const urls = [...value.matchAll(URL_LIKE)].flatMap(([, all = '']) => all.split(','));
  if (urls.length > 0) return urls.map(splitAddress);
  const plain = PLAIN.exec(value)?.[1] ?? ORACLE_LIKE.exec(value)?.[1];
  if (plain) return plain.split(',').map(splitAddress);
  if (setting.from === 'argument')
    return [...value.matchAll(WAITS)].map(([, host = '', port]) => splitAddress(port ? `${host}:${port}` : host));
  if (!HOST_NAMED.test(name) || !BARE.test(value)) return [];
  const port = portBeside(name, byName);
  return [{ host: bare(value), ...(port !== undefined && { port }) }];
}

/** `DB_PORT` beside `DB_HOST`. */
function portBeside(name: string, byName: ReadonlyMap<string, Setting>): number | undefined {
  const port = Number(
    byName.get(name.replace(/(?:hostname|host|addr|address|server|endpoint)$/i, upperAs('port', name)))?.value,
  );
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

const upperAs = (word: string, like: string): string => (/[A-Z]$/.test(like) ? word.toUpperCase() : word);

function splitAddress(text: string): Address {
  const [host = '', port] = text.split(':');
  return { host: bare(host), ...(port && { port: Number(port) }) };
}

const bare = (host: string): string => host.replace(/\.$/, '').toLowerCase();

/** A name of the network: no number, no path of a file, not the machine itself. */
function isName(host: string): boolean {
  return (
    /[a-z]/.test(host) &&
    !['localhost', 'true', 'false', 'none', 'null'].includes(host) &&
    !/\.local(?:host|domain)$/.test(host.replace(/\.svc\.[\w.-]+$/, ''))
  );
}

/** What an address means to a pod of a namespace. Services are asked for in the namespaces that are named. */
export async function targetOf(scene: Scene, from: string, { host, port }: Address): Promise<Target> {
  const named = await serviceName(scene, from, bare(host));
  if (!named) return { kind: 'external' };
  const { name, namespace, certain } = named;
  const services = await scene.list('Service', namespace);
  const service = services.items.find(({ metadata }) => metadata.name === name);
  if (service) return { kind: 'service', service, namespace, hasPort: hasPort(service, port) };
  return services.known && certain ? { kind: 'missing', namespace, name } : { kind: 'unknown' };
}

/** The Service that a name can mean: `redis`, `redis.db`, `redis.db.svc`, `redis-0.redis.db.svc.cluster.local`. */
async function serviceName(
  scene: Scene,
  from: string,
  host: string,
): Promise<{ name: string; namespace: string; certain: boolean } | undefined> {
  const labels = host.split('.');
  const svc = labels.indexOf('svc');
  if (svc >= 2) return { name: labels[svc - 2] ?? '', namespace: labels[svc - 1] ?? '', certain: true };
  if (labels.length === 1) return { name: host, namespace: from, certain: true };
  const [name = '', second = ''] = labels;
  if (labels.length === 2 && (second === from || (await hasNamespace(scene, second))))
    return { name, namespace: second, certain: true };
  if (labels.length !== 2) return undefined;
  // A pod of a headless Service of its own namespace: `redis-0.redis`.
  const own = await scene.list('Service', from);
  return own.items.some(({ metadata }) => metadata.name === second)
    ? { name: second, namespace: from, certain: true }
    : undefined;
}

async function hasNamespace(scene: Scene, name: string): Promise<boolean> {
  if (scene.workloads.some(({ ref }) => ref.namespace === name)) return true;
  const all = await scene.list('Namespace');
  return all.items.some(({ metadata }) => metadata.name === name);
}

/** Without a cluster IP there is no port to be wrong: the pods themselves answer, or a name outside. */
function hasPort({ spec }: Service, port: number | undefined): boolean {
  if (port === undefined || spec.clusterIP === 'None' || spec.type === 'ExternalName' || spec.ports.length === 0)
    return true;
  return spec.ports.some((one) => one.port === port);
}

/** The Service and the workloads behind it, which a trouble with the address may come from. */
export function behind(scene: Scene, target: Target): ObjectRef[] {
  if (target.kind !== 'service') return [];
  const { service, namespace } = target;
  const workloads = scene.workloads.filter(
    ({ ref, templateLabels }) => ref.namespace === namespace && hasLabels(templateLabels, service.spec.selector),
  );
  return [{ kind: 'Service', namespace, name: service.metadata.name }, ...workloads.map(({ ref }) => ref)];
}

/** The Service that was probably meant: nearly the same name, of the same namespace. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, distance: isPart(wanted, name) ? 1 : editDistance(wanted, name) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const [first, second] = near;
  return first && first.distance !== second?.distance ? first.name : undefined;
}

const isPart = (a: string, b: string): boolean =>
  a.startsWith(`${b}-`) || b.startsWith(`${a}-`) || a.endsWith(`-${b}`) || b.endsWith(`-${a}`);

/** Levenshtein's, of short names. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}

/** A workload that goes by the name of a Service that is missing: then the Service is what is wrong, not the address. */
export function behindName(
  scene: Scene,
  { namespace, name }: { namespace: string; name: string },
): ObjectRef | undefined {
  return scene.workloads.find(
    ({ ref, templateLabels }) =>
      ref.namespace === namespace &&
      (ref.name === name ||
        ['app', 'app.kubernetes.io/name', 'k8s-app', 'io.kompose.service', 'service'].some(
          (label) => templateLabels[label] === name,
        )),
  )?.ref;
}
