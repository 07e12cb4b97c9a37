import type { KubeObject } from '../objects.ts';
import { clusterColumns } from './cluster.ts';
import { ageColumn, type Column, nameColumn } from './columns.ts';
import { networkColumns } from './network.ts';
import { podColumns } from './pods.ts';
import { workloadColumns } from './workloads.ts';

const COLUMNS: Record<string, Column[]> = {
  pods: podColumns,
  ...workloadColumns,
  ...networkColumns,
  ...clusterColumns,
};

/** The columns of a kind; a name and an age for those that have no table of their own. */
const columnsOf = (plural: string): Column[] => COLUMNS[plural] ?? [nameColumn, ageColumn];

/** `metadata` alone, as `PartialObjectMetadata`. https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export const partial = ({ metadata }: KubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

/** Objects as the rows of a `Table`; `include` says what stands behind each row. */
export function tableOf(
  objects: readonly KubeObject[],
  view: { plural: string; apiVersion: string; now: number; include: string; headed: boolean },
) {
  const columns = columnsOf(view.plural);
  return {
    kind: 'Table',
    apiVersion: view.apiVersion,
    metadata: {},
    columnDefinitions: view.headed
      ? columns.map(({ name, type, format, priority }) => ({ name, type, format, description: name, priority }))
      : [],
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, view.now)),
      ...(view.include !== 'None' && { object: view.include === 'Object' ? object : partial(object) }),
    })),
  };
}
