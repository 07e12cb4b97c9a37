import { describe, expect, test } from 'vitest';
import { check } from '../../../flows/plan-cluster/check.ts';
import { loadKnowledge } from '../../../flows/plan-cluster/knowledge.ts';
import { withLive } from '../../../flows/plan-cluster/live.ts';
import { recommend } from '../../../flows/plan-cluster/recommend.ts';
import type { Requirements } from '../../../flows/plan-cluster/requirements.ts';
import { loadMessages } from '../../../src/chat/messages.ts';

const knowledge = loadKnowledge();
const words = loadMessages('templates/messages');

const impossible: [string, Requirements][] = [
  ['region-unknown', { region: 'cn-atlantis' }],
  ['zones-unknown', { region: 'cn-qingdao' }],
  ['zone-unknown', { region: 'cn-hangzhou', zones: ['cn-beijing-a'] }],
  ['too-few-zones', { region: 'cn-chengdu', availability: 'ha' }],
  ['version-ended', { kubernetesVersion: '1.34' }],
  ['version-not-creatable', { kubernetesVersion: '1.20' }],
  ['docker', { runtime: 'docker' }],
  ['flannel-network-policy', { network: 'flannel', networkPolicy: true }],
  ['flannel-dual-stack', { network: 'flannel', dualStack: true }],
  ['dual-stack', { dualStack: true }],
  ['flannel-alb', { network: 'flannel', ingress: 'alb' }],
  ['cidr-invalid', { vpcCidr: '10.0.0.300/8' }],
  ['cidr-vpc', { vpcCidr: '8.8.0.0/16' }],
  ['cidr-service', { serviceCidr: '10.0.0.0/12' }],
  ['cidr-pods', { network: 'flannel', podCidr: '10.1.2.0/28' }],
  ['cidr-outside', { podCidr: '10.0.0.0/16' }],
  ['cidr-overlap', { vpcCidr: '192.168.0.0/16', serviceCidr: '192.168.0.0/20' }],
  ['cidr-overlap', { network: 'flannel', podCidr: '172.16.0.0/16' }],
  ['basic-nodes', { clusterType: 'ack.standard', nodeCount: 12 }],
  ['too-few-nodes', { nodeCount: 2 }],
  ['max-below-count', { nodeCount: 6, maxNodes: 4 }],
  ['terway-family', { instanceType: 'ecs.t6-c1m2.large' }],
  ['terway-family', { instanceType: 'ecs.vgn6i-m4.xlarge' }],
  ['instance-unknown', { instanceType: 'ecs.zz9.large' }],
  ['image-unknown', { osImage: 'Windows2003' }],
  ['addon-unknown', { addons: ['wishful-thinking'] }],
  ['shared-cpu', { instanceType: 'ecs.u1-c1m4.xlarge' }],
  ['image-arch', { instanceType: 'ecs.g8y.xlarge', osImage: 'ContainerOS' }],
  ['too-few-pods', { network: 'terway-exclusive', instanceType: 'ecs.g7.xlarge' }],
  ['pods-do-not-fit', { nodeCount: 3, instanceType: 'ecs.g7.large', pods: 100 }],
  ['flannel-nodes', { network: 'flannel', nodeCount: 300 }],
  ['addresses-do-not-fit', { vpcCidr: '192.168.0.0/24', serviceCidr: '10.96.0.0/16' }],
];

describe('what cannot be had is refused with the reason', () => {
  test.each(impossible)('%s: %j', (code, asked) => {
    const refusals = check(asked, knowledge);
    expect(refusals.map((refusal) => refusal.code)).toContain(code);
    expect(recommend(asked, knowledge).ok).toBe(false);
    for (const { message } of refusals)
      for (const t of [words.en, words.zh]) expect(t(message)).not.toMatch(/undefined|[{}]/);
  });

  test.each(impossible)('the nearest value of the first field mends %s where there is one', (code, asked) => {
    const refusal = check(asked, knowledge).find((each) => each.code === code);
    for (const { field, value } of refusal?.nearest.slice(0, 1) ?? []) {
      const mended = check({ ...asked, [field]: field === 'zones' ? [value] : value }, knowledge);
      expect(mended.map((each) => each.code)).not.toContain(code);
    }
  });
});

describe('live answers go before stored data', () => {
  test('zones that the cloud names replace the stored ones', () => {
    const live = withLive(knowledge, 'cn-qingdao', {
      zones: { items: ['a', 'b', 'c'].map((zone) => ({ id: `cn-qingdao-${zone}` })) },
    });
    const answer = recommend({ region: 'cn-qingdao' }, live);
    expect(answer.ok && answer.options[0]?.wish.zones).toEqual(['cn-qingdao-a', 'cn-qingdao-b', 'cn-qingdao-c']);
  });

  test('a type that is sold out gives way to its like', () => {
    const stock = ['i', 'j', 'k'].map((zone) => ({
      zone: `cn-hangzhou-${zone}`,
      instanceType: 'ecs.g7.xlarge',
      available: zone !== 'k',
    }));
    const live = withLive(knowledge, 'cn-hangzhou', { stock: { items: stock } });
    const answer = recommend({}, live);
    expect(answer.ok && answer.options[0]?.pool.instanceTypes).toEqual(['ecs.g8i.xlarge', 'ecs.g8a.xlarge']);
    expect(check({ instanceType: 'ecs.g7.xlarge' }, live)[0]).toMatchObject({
      code: 'no-stock',
      nearest: [{ value: 'ecs.g8i.xlarge' }, { value: 'ecs.g8a.xlarge' }],
    });
  });

  test('a quote of the cloud replaces the list price and says so', () => {
    const lines = [
      { item: '1 × instance ecs.g7.xlarge', hourly: { amount: 2, currency: 'CNY' }, source: 'api', asOf: '2026-11-24' },
    ];
    const answer = recommend({}, withLive(knowledge, 'cn-hangzhou', { prices: { lines } }));
    const line = answer.ok
      ? answer.options.flatMap(({ cost }) => cost.lines).find(({ item }) => item.endsWith('× ecs.g7.xlarge'))
      : undefined;
    expect(line).toMatchObject({ asOf: '2026-11-24', estimated: false });
    expect(line?.source).toContain('DescribePrice');
    expect(line?.amount).toBe(2 * 730 * Number(line?.item.split(' ')[0]));
  });

  test('a name that a cluster has is not taken by default, and refused with the nearest free one', () => {
    const clusters = { items: ['nodejs-prod', 'nodejs-prod-2', 'shop'].map((name) => ({ name })) };
    const live = withLive(knowledge, 'cn-hangzhou', { clusters });
    const answer = recommend({ workload: 'nodejs' }, live);
    expect(answer.ok && answer.options[0]?.wish.name).toBe('nodejs-prod-3');
    expect(check({ name: 'shop' }, live)).toMatchObject([
      { code: 'name-taken', field: 'name', nearest: [{ field: 'name', value: 'shop-2' }] },
    ]);
    expect(check({ name: 'shop-2' }, live)).toEqual([]);
  });

  test('an answer of another shape changes nothing', () => {
    expect(withLive(knowledge, 'cn-hangzhou', { zones: 'oops', versions: { items: 1 } })).toEqual(knowledge);
  });
});
