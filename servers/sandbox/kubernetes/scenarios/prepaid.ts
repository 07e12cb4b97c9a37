import type { Scenario } from './scenario.ts';

const DAY_MS = 86_400_000;

/** The nodes are paid for until a day that is weeks away. */
export const prepaid: Scenario = {
  id: 'prepaid',
  cause: 'NodesPrepaid',
  onlyInReport: true,
  title: { en: 'The nodes are paid for until 75 days from now', zh: '节点为包年包月，75 天后到期' },
  break: ({ context, edit, world }) => {
    for (const { metadata } of context.read.list('nodes')) {
      world('charges', metadata.name, { chargeType: 'PrePaid', expiresAt: context.now() + 75 * DAY_MS });
      edit('nodes', [undefined, metadata.name], (node) => {
        node.metadata.labels = { ...node.metadata.labels, 'node.alibabacloud.com/instance-charge-type': 'PrePaid' };
      });
    }
  },
};
