import { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET } from '../../../servers/sandbox/sandbox.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { clusterSpec, connectAck } from '../../servers/ack/support.ts';
import { until } from './copilot.ts';

export interface OlderCluster {
  id: string;
  /** A reading or writing tool of the cloud, past the bot. */
  call(tool: string, args?: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

/** A development cluster one minor version behind the newest, made over the cloud's own API. */
export async function openOlderCluster(sandboxUrl: string, name: string): Promise<OlderCluster> {
  const keys = { accessKeyId: SANDBOX_ACCESS_KEY_ID, accessKeySecret: SANDBOX_ACCESS_KEY_SECRET };
  const ack = await connectAck(sandboxUrl, keys);
  const call = async (tool: string, args: JsonObject = {}): Promise<JsonObject> => {
    const { failed, data } = await ack.call(tool, args);
    if (failed) throw new Error(`${tool}: ${JSON.stringify(data)}`);
    return data;
  };
  const region = clusterSpec.region;
  const network = await call('network_create', {
    region,
    vpc: { cidr: '10.0.0.0/8', name: `${name}-vpc` },
    vswitches: [
      { zone: `${region}-i`, cidr: '10.1.0.0/23', name: 'node-i', role: 'node' },
      { zone: `${region}-i`, cidr: '10.2.0.0/20', name: 'pod-i', role: 'pod' },
    ],
    idempotencyKey: `${name}-network`,
  });
  const { vpcId = '', nodeVswitchIds = [], podVswitchIds = [] } = network;
  const [pool] = clusterSpec.nodepools;
  const made = await call('cluster_create', {
    ...clusterSpec,
    name,
    version: '1.35.1-aliyun.1',
    network: { ...clusterSpec.network, vpcId, nodeVswitchIds, podVswitchIds },
    nodepools: [{ ...pool, name: 'workers', vswitchIds: nodeVswitchIds, desiredSize: 2, taints: [] }],
    security: { deletionProtection: false },
    tags: { environment: 'dev' },
    idempotencyKey: `${name}-cluster`,
  });
  const id = String(made.clusterId);
  await until(`${name} to be running`, 60_000, async () => {
    const { state, nodepools } = await call('cluster_get', { clusterId: id });
    const [workers] = Array.isArray(nodepools) ? (nodepools as JsonObject[]) : [];
    return state === 'running' && workers?.healthy === 2;
  });
  return { id, call, close: () => ack.close() };
}
