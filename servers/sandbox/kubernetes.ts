import { clusterState } from './state.ts';
import { currentVersion } from './tasks.ts';
import type { World } from './world.ts';

/** Answers `/kubernetes/CLUSTER/...`: the health and version of an API server that is up. Text or JSON. */
export function kubernetes(world: World, path: string): { status: number; body: unknown } {
  const [, , id = '', ...rest] = path.split('/');
  const cluster = world.clusters.get(id);
  const state = cluster && clusterState(world, cluster);
  if (!cluster || state === 'initial' || state === 'failed' || state === 'deleted') {
    return failure(503, 'ServiceUnavailable', 'the API server is not up');
  }
  switch (rest.join('/')) {
    case 'readyz':
    case 'livez':
      return { status: 200, body: 'ok' };
    case 'version':
      return { status: 200, body: version(currentVersion(world, cluster)) };
    default:
      return failure(404, 'NotFound', 'the server could not find the requested resource');
  }
}

function version(aliyunVersion: string) {
  const [major = '', minor = ''] = aliyunVersion.split('.');
  return { major, minor, gitVersion: `v${aliyunVersion}`, gitTreeState: 'clean', platform: 'linux/amd64' };
}

const failure = (code: number, reason: string, message: string) => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code },
});
