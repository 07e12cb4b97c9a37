import type { Scenario } from './scenario.ts';

/** A node has no network for new pods. */
export const nodeNetwork: Scenario = {
  id: 'node-network',
  cause: 'NodeNetworkUnavailable',
  title: { en: 'A node has no network for new pods', zh: '节点网络不可用' },
  break: ({ context, nodeOf, world }) =>
    world('nodes', nodeOf('web'), { network: 'unavailable', since: context.now() }),
};
