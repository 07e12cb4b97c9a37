import { isQuiet } from '../approvals/local-time.ts';
import { matches } from '../approvals/policy.ts';
import type { ChannelValues, Severity } from './settings.ts';

/** Whether something concerns a place. */

/** A cluster as it may be named in settings: by name, by id, or by what it is for. */
export interface NamedCluster {
  id?: string;
  name: string;
  environment: string;
}

/** What happened, and where. */
export interface Happening {
  cluster: NamedCluster;
  /** Absent for what belongs to none, such as a node. */
  namespace?: string | undefined;
  severity: Severity;
}

export function concernsCluster({ clusters }: Pick<ChannelValues, 'clusters'>, cluster: NamedCluster): boolean {
  const names = [cluster.name, cluster.environment, ...(cluster.id === undefined ? [] : [cluster.id])];
  return clusters.length === 0 || clusters.some((pattern) => names.some((name) => matches(pattern, name)));
}

/** What belongs to no namespace concerns every one of them. */
export function concerns(values: ChannelValues, { cluster, namespace, severity }: Happening): boolean {
  const { namespaces, severities } = values;
  const inNamespace =
    namespace === undefined || namespaces.length === 0 || namespaces.some((pattern) => matches(pattern, namespace));
  return inNamespace && severities.includes(severity) && concernsCluster(values, cluster);
}

/** Whether quiet hours keep something back that happened at that time. */
export function isHeldBack(
  { quietHours }: Pick<ChannelValues, 'quietHours'>,
  { severity, at, timeZone }: { severity: Severity; at: number; timeZone: string },
): boolean {
  return severity !== 'critical' && quietHours !== undefined && isQuiet(quietHours, at, timeZone);
}
