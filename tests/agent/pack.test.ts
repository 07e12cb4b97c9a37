import { describe, expect, test } from 'vitest';
import { type FindingToPack, packOf, packText, worldPack } from '../../src/agent/pack.ts';
import { tokensOf } from '../../src/agent/prompt.ts';

const finding = (name: string, confidence: FindingToPack['confidence'], text = 'killed'): FindingToPack => ({
  cause: 'OOMKilled',
  confidence,
  object: { kind: 'Deployment', namespace: 'prod', name },
  since: '2026-11-25T14:00:00.000Z',
  summary: { en: `${name} runs out of memory`, zh: `${name} 内存不足` },
  symptoms: [{ kind: 'Service', namespace: 'prod', name: `${name}-svc`, text: 'no endpoints' }],
  evidence: [{ source: `k8s_get Pod prod/${name}-1`, time: '2026-11-25T14:01:00.000Z', text }],
});
const size = (text: string) => tokensOf([{ role: 'user', content: text }]);

describe('a pack of findings', () => {
  test('has the most probable first, and ids that run through all of them', () => {
    const pack = packOf({
      findings: [finding('a', 'symptom'), finding('b', 'likely'), finding('c', 'proven'), finding('d', 'likely')],
      unknown: [{ what: 'metrics', why: 'NOT_INSTALLED' }],
    });
    expect(pack.findings.map(({ object, cites }) => [object.name, cites])).toEqual([
      ['c', ['E1', 'E2', 'E3']],
      ['b', ['E4', 'E5', 'E6']],
      ['d', ['E7', 'E8', 'E9']],
      ['a', ['E10', 'E11', 'E12']],
    ]);
    expect(pack.evidence.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, n) => `E${n + 1}`));
    expect(pack.evidence[0]).toEqual({
      id: 'E1',
      source: 'rule OOMKilled',
      time: '2026-11-25T14:00:00.000Z',
      text: 'Deployment prod/c: c runs out of memory',
    });
    expect(packOf({ findings: [finding('a', 'likely')], unknown: [] }, 'zh').findings[0]?.summary).toBe('a 内存不足');
  });

  test('reads as findings with their evidence, each line in one line', () => {
    const pack = packOf({
      findings: [finding('a', 'likely', 'one\ntwo')],
      unknown: [{ what: 'logs', why: 'FORBIDDEN' }],
    });
    expect(packText(pack)).toBe(
      [
        'The rules found, the most probable first:',
        '1. OOMKilled (likely), Deployment prod/a',
        '   [E1] rule OOMKilled at 2026-11-25T14:00:00.000Z: Deployment prod/a: a runs out of memory',
        '   [E2] k8s_get Pod prod/a-1 at 2026-11-25T14:01:00.000Z: one ⏎ two',
        '   [E3] symptom: Service prod/a-svc: no endpoints',
        'Could not be looked at: logs: FORBIDDEN',
      ].join('\n'),
    );
    expect(packText(packOf({ findings: [], unknown: [] }))).toBe('The rules found nothing.');
  });

  test('keeps within its tokens, and counts what did not fit', () => {
    const long = 'memory 内存 '.repeat(300);
    const pack = packOf({
      findings: Array.from({ length: 30 }, (_, n) => finding(`app-${n}`, 'likely', long)),
      unknown: [],
    });
    expect(pack.findings).toHaveLength(12);
    expect(pack.unknown).toHaveLength(18);
    for (const maxTokens of [500, 2000, 4000]) {
      const text = packText(pack, { maxTokens });
      expect(size(text)).toBeLessThanOrEqual(maxTokens + 20);
      expect(text).toMatch(/Left out for length: \d+ lines\.$/);
    }
    expect(size(packText(pack))).toBeGreaterThan(2000);
  });
});

describe('a pack of what there is', () => {
  test('names clusters with what is known of them, and says what is not', () => {
    const pack = worldPack([
      { id: 'c-1', name: 'shop', environment: 'prod', version: '1.34.1', nodes: 3, namespaces: ['default', 'prod'] },
      { id: 'c-2', name: 'lab' },
    ]);
    expect(packText(pack)).toBe(
      [
        'What there is:',
        '   [E1] k8s_clusters shop: cluster shop, clusterId "c-1"; prod; Kubernetes 1.34.1; 3 nodes; 2 namespaces: default, prod',
        '   [E2] k8s_clusters lab: cluster lab, clusterId "c-2"; environment unknown; version unknown; nodes unknown; namespaces unknown',
      ].join('\n'),
    );
  });

  test('stays short, however many there are', () => {
    const many = Array.from({ length: 200 }, (_, n) => ({
      id: `c-${n}`,
      name: `n-${n}`,
      namespaces: Array.from({ length: 500 }, (_, m) => `ns-${m}`),
    }));
    const pack = worldPack(many);
    expect(pack.unknown).toEqual([{ what: '170 clusters more', why: 'left out: too many; k8s_clusters lists them' }]);
    expect(size(packText(pack, { maxTokens: 2000 }))).toBeLessThanOrEqual(2020);
  });
});
