import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Files of a snapshot folder, as `kubectl cluster-info dump --output-directory` writes it, and any list beside it. */

export type Raw = Record<string, unknown>;

/** One object, and whether it came in a list: only of what came in a list can one say that there is no more. */
interface SnapshotObject {
  kind: string;
  namespace: string | undefined;
  raw: Raw;
}

/** A list, possibly empty, and which namespace its folder stands for; undefined: the whole cluster's. */
interface SnapshotList {
  kind: string;
  namespace: string | undefined;
}

export interface SnapshotFiles {
  objects: SnapshotObject[];
  lists: SnapshotList[];
  /** By `namespace/pod/container`, or `…/container.previous`. A log of a pod with one container has an empty container. */
  logs: Map<string, string>;
  alerts: unknown;
  metrics: Raw | undefined;
  /** Files that could not be read, with why. */
  broken: { file: string; why: string }[];
}

const LARGEST_FILE = 512 * 1024 * 1024;

/** Reads a snapshot folder. Throws SNAPSHOT_UNREADABLE where there is no such folder, or nothing of a cluster in it. */
export function readSnapshotFiles(directory: string): SnapshotFiles {
  const files: SnapshotFiles = {
    objects: [],
    lists: [],
    logs: new Map(),
    alerts: undefined,
    metrics: undefined,
    broken: [],
  };
  for (const path of filesBelow(directory)) {
    const place = relative(directory, path).split(sep);
    try {
      if (statSync(path).size > LARGEST_FILE) throw new Error('larger than 512 MiB');
      readFile(files, path, place);
    } catch (error) {
      files.broken.push({
        file: place.join('/'),
        why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      });
    }
  }
  if (files.objects.length + files.lists.length + files.logs.size === 0) {
    const [first] = files.broken;
    throw new SnapshotError(`${directory} holds no Kubernetes objects${first ? ` (${first.file}: ${first.why})` : ''}`);
  }
  return files;
}

/** The folder is no snapshot: the message names it and the next move. */
class SnapshotError extends Error {
  readonly code = 'SNAPSHOT_UNREADABLE';
  readonly hint = 'Make one with: kubectl cluster-info dump --all-namespaces --output-directory=DIR';
}

function filesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (cause) {
    throw Object.assign(new SnapshotError(`The folder ${directory} cannot be read`), { cause });
  }
}

function readFile(files: SnapshotFiles, path: string, place: string[]): void {
  const name = place.at(-1) ?? '';
  if (name === 'alerts.json') files.alerts = JSON.parse(readFileSync(path, 'utf8'));
  else if (name === 'metrics.json') files.metrics = asRecord(JSON.parse(readFileSync(path, 'utf8')));
  else if (name === 'logs.txt' || name.endsWith('.log')) readLog(files, path, name);
  else if (/\.(json|ya?ml)$/.test(name)) readObjects(files, path, place);
}

function readObjects(files: SnapshotFiles, path: string, place: string[]): void {
  const folder = place.length > 1 ? place.at(-2) : undefined;
  const text = readFileSync(path, 'utf8');
  const documents: unknown[] = path.endsWith('.json') ? [JSON.parse(text)] : yamlDocuments(text);
  for (const document of documents)
    for (const one of Array.isArray(document) ? document : [document]) addDocument(files, one, folder);
}

/** Anchors and aliases are bounded, so that a small file cannot become a large one. */
function yamlDocuments(text: string): unknown[] {
  return parseAllDocuments(text, { merge: true, uniqueKeys: false }).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS({ maxAliasCount: 100 });
  });
}

function addDocument(files: SnapshotFiles, document: unknown, folder: string | undefined): void {
  const { kind, items, apiVersion } = asRecord(document) ?? {};
  if (typeof kind !== 'string') return;
  if (!Array.isArray(items)) return void addObject(files, kind, asRecord(document));
  // The items of a typed list carry no kind of their own.
  const itemKind = kind === 'List' ? undefined : kind.replace(/List$/, '');
  const seen = new Map<string, Set<string | undefined>>();
  for (const item of items) {
    const raw = asRecord(item);
    const own = typeof raw?.kind === 'string' ? raw.kind : itemKind;
    if (!raw || own === undefined) continue;
    const namespace = addObject(files, own, { apiVersion, ...raw, kind: own });
    seen.set(own, (seen.get(own) ?? new Set()).add(namespace));
  }
  if (itemKind !== undefined && !seen.has(itemKind)) seen.set(itemKind, new Set(folder === undefined ? [] : [folder]));
  for (const [own, namespaces] of seen) {
    const [only] = namespaces;
    files.lists.push({ kind: own, namespace: namespaces.size === 1 && only === folder ? folder : undefined });
  }
}

function addObject(files: SnapshotFiles, kind: string, raw: Raw | undefined): string | undefined {
  const { namespace, name } = asRecord(raw?.metadata) ?? {};
  if (!raw || typeof name !== 'string') return undefined;
  const place = typeof namespace === 'string' ? namespace : undefined;
  files.objects.push({ kind, namespace: place, raw });
  return place;
}

const HEADER = /^==== START logs for container (\S+) of pod (\S+)\/(\S+) ====$/;
const FOOTER = /^==== END logs for container /;

/** `NAMESPACE/POD/logs.txt`, with a header for each container as kubectl writes it, or `NAMESPACE/POD/CONTAINER[.previous].log`. */
function readLog(files: SnapshotFiles, path: string, name: string): void {
  const pod = basename(dirname(path));
  const namespace = basename(dirname(dirname(path)));
  const text = readFileSync(path, 'utf8');
  if (name !== 'logs.txt') return void files.logs.set(`${namespace}/${pod}/${name.slice(0, -'.log'.length)}`, text);
  let container = '';
  let lines: string[] = [];
  const store = () => {
    if (container !== '' || lines.some((line) => line !== ''))
      files.logs.set(`${namespace}/${pod}/${container}`, lines.join('\n'));
    lines = [];
  };
  for (const line of text.split('\n')) {
    const start = HEADER.exec(line);
    if (start) {
      store();
      container = start[1] ?? '';
    } else if (!FOOTER.test(line)) lines.push(line);
  }
  store();
}

export function asRecord(value: unknown): Raw | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Raw) : undefined;
}
