import type { Signal } from '../signal.ts';
import { minorOf } from '../version.ts';

/** How far a kubelet may be behind the API server. https://kubernetes.io/releases/version-skew-policy/#kubelet */
const MOST_BEHIND = 3;

/** API16: nodes of another minor version than the API server, or farther from it than Kubernetes supports. */
export const nodeVersions: Signal = {
  code: 'API16',
  category: 'nodes',
  kinds: ['Node'],
  graceMs: 0,
  worst: 'high',
  clusterWide: true,
  look({ survey: { nodes, serverVersion } }) {
    const minors = nodes.flatMap(({ version }) => minorOf(version) ?? []);
    const server = minorOf(serverVersion) ?? minors.reduce((a, b) => Math.max(a, b), 0);
    const items = nodes.flatMap(({ name, version }) => {
      const minor = minorOf(version);
      if (minor === undefined || minor === server) return [];
      const isSupported = minor < server && server - minor <= MOST_BEHIND;
      return {
        object: { kind: 'Node', name },
        weight: 1,
        severity: isSupported ? ('low' as const) : ('high' as const),
        prod: true,
        seen: `kubelet ${version}, API server ${serverVersion || 'unknown'}`,
      };
    });
    return {
      items,
      relevant: nodes.length,
      bad: items.length,
      total: nodes.length,
      params: { version: `1.${server}` },
    };
  },
};
