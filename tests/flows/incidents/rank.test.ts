import { expect, test } from 'vitest';
import type { Verdict } from '../../../flows/incidents/finding.ts';
import { rank } from '../../../flows/incidents/rank.ts';
import { openScene } from '../../../flows/incidents/scene.ts';
import { evidenceOf } from './evidence.ts';
import { node } from './objects.ts';

test('of two findings that explain each other the deeper one stays, and neither is lost', async () => {
  const { scene } = await openScene(evidenceOf({ objects: [node('node-a')] }), { alerts: [] });
  const plugin = { kind: 'DaemonSet', namespace: 'kube-system', name: 'calico-node' };
  const network: Verdict = {
    cause: 'NodeNetworkUnavailable',
    confidence: 'proven',
    object: { kind: 'Node', name: 'node-a' },
    evidence: [],
    explains: [plugin],
    dependsOn: [plugin],
  };
  const crash: Verdict = { cause: 'AppCrash', confidence: 'proven', object: plugin, evidence: [] };
  const ranked = rank(scene, [crash, network]);
  expect(ranked.map(({ cause }) => cause)).toEqual(['NodeNetworkUnavailable']);
  expect(ranked[0]?.symptoms?.map(({ text }) => text)).toEqual(['AppCrash']);
});
