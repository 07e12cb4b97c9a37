import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Handler, utcTime } from '../call.ts';
import { parseInput, refusal } from '../errors.ts';
import { clusterState, findCluster } from '../state.ts';

const querySchema = z.looseObject({ TemporaryDurationMinutes: z.coerce.number().int().min(15).max(4320).optional() });

const THREE_YEARS_MINUTES = 3 * 365 * 24 * 60;

/** Plain HTTP to this world's own Kubernetes. https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclusteruserkubeconfig */
export const describeClusterUserKubeconfig: Handler = ({ world, path, query, baseUrl }) => {
  const cluster = findCluster(world, path.cluster);
  const state = clusterState(world, cluster);
  if (state === 'initial' || state === 'failed')
    throw refusal('ErrorClusterState', `cluster ${cluster.id} is ${state}`);
  const minutes = parseInput(querySchema, query).TemporaryDurationMinutes ?? THREE_YEARS_MINUTES;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'kubernetes',
        cluster: { server: `${baseUrl}/kubernetes/${cluster.id}`, 'insecure-skip-tls-verify': true },
      },
    ],
    users: [{ name: 'sandbox', user: { token: randomBytes(24).toString('hex') } }],
    contexts: [{ name: `sandbox-${cluster.id}`, context: { cluster: 'kubernetes', user: 'sandbox' } }],
    'current-context': `sandbox-${cluster.id}`,
    preferences: {},
  };
  // JSON is YAML.
  return { config: JSON.stringify(config, null, 2), expiration: utcTime(world.now() + minutes * 60_000) };
};
