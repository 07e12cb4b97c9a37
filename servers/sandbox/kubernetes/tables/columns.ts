import { listAt, recordsAt, textAt, textsAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';

type Cell = string | number | boolean;

/** One column of what `kubectl get` prints. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'boolean';
  format: '' | 'name';
  /** 1: only with `-o wide`. */
  priority: 0 | 1;
  cell(object: KubeObject, now: number): Cell;
}

export const column = (name: string, cell: Column['cell'], type: Column['type'] = 'string'): Column => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  priority: 0,
  cell,
});

/** A column that only `-o wide` shows. */
export const wide = (name: string, cell: Column['cell']): Column => ({ ...column(name, cell), priority: 1 });

export const nameColumn = column('Name', ({ metadata }) => metadata.name);
export const ageColumn = column('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now));
export const createdColumn = column('Created At', ({ metadata }) => metadata.creationTimestamp);

/** The time since then, or `<unknown>`. */
export function age(since: string | undefined, now: number): string {
  const start = Date.parse(since ?? '');
  return Number.isNaN(start) ? '<unknown>' : duration(now - start);
}

/** As k8s.io/apimachinery/pkg/util/duration shortens it: `42s`, `5m10s`, `3h4m`, `2d5h`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two([minutes, 'm'], [seconds % 60, 's']);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two([hours, 'h'], [minutes % 60, 'm']);
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 24 * 8) return two([days, 'd'], [hours % 24, 'h']);
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 365 * 8 ? two([years, 'y'], [days % 365, 'd']) : `${years}y`;
}

const two = ([large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string =>
  `${large}${largeUnit}${small === 0 ? '' : `${small}${smallUnit}`}`;

/** `a=b,c=d`, or `<none>`. */
export const labelsText = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || '<none>';

/** A label selector as `kubectl` writes it. */
export function selectorText(selector: unknown): string {
  const pairs = Object.entries(textsAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${value}`);
  const expressions = recordsAt(selector, 'matchExpressions').map((expression) => {
    const key = textAt(expression, 'key') ?? '';
    const values = `(${listAt(expression, 'values').join(',')})`;
    const words: Record<string, string> = {
      In: `${key} in ${values}`,
      NotIn: `${key} notin ${values}`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    return words[textAt(expression, 'operator') ?? ''] ?? key;
  });
  return [...pairs, ...expressions].join(',') || '<none>';
}

/** The columns of containers and their images of a pod template. */
export const containerColumns = (...template: string[]): Column[] => [
  wide('Containers', (object) => namesOf(object, template, 'name')),
  wide('Images', (object) => namesOf(object, template, 'image')),
];

const namesOf = (object: KubeObject, template: string[], field: string): string =>
  recordsAt(object, ...template, 'spec', 'containers')
    .map((container) => textAt(container, field) ?? '')
    .join(',');
