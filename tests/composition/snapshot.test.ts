import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { diagnose } from '../../flows/incidents/diagnose.ts';
import type { Diagnosis } from '../../flows/incidents/finding.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { openSnapshot } from '../../src/composition/evidence/snapshot.ts';

const SNAPSHOTS = 'tests/fixtures/snapshots';
const words = loadMessages('templates/messages');
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function look(folder: string): Promise<Diagnosis> {
  const { source, alerts } = openSnapshot(folder);
  return diagnose({ source, scope: { alerts }, words, elapsed: () => 0 });
}

function copyOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
  made.push(folder);
  cpSync(join(SNAPSHOTS, name), folder, { recursive: true });
  return folder;
}

/** The first finding and how sure, as `cause kind name confidence`. */
const firstOf = ({ findings: [first] }: Diagnosis): string =>
  first ? `${first.cause} ${first.object.kind} ${first.object.name} ${first.confidence}` : 'nothing';

describe('what kubectl dumps of a broken cluster', () => {
  test.each([
    ['oom', 'OOMKilled Deployment app-xyz likely'],
    ['image', 'ImageNotFound Deployment catalog proven'],
    ['config', 'ConfigMapMissing Deployment app-xyz proven'],
    ['probe', 'LivenessProbeWrongPort Deployment checkout proven'],
    ['quota', 'QuotaCPU ResourceQuota compute proven'],
    ['dependency-auth', 'DependencyAuthFailed Deployment checkout proven'],
    ['env-address', 'EnvWrongAddress Deployment checkout proven'],
    ['node', 'KubeletDown Node cn-hangzhou.172.16.4.1 likely'],
    ['healthy', 'nothing'],
    ['oom-recovered', 'nothing'],
  ])('%s tells: %s', async (name, expected) => {
    const found = await look(join(SNAPSHOTS, name));
    expect(firstOf(found)).toBe(expected);
    expect(found.findings).toHaveLength(expected === 'nothing' ? 0 : 1);
  });

  test('every snapshot is looked at here', () => {
    const folders = readdirSync(SNAPSHOTS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders).toHaveLength(10);
  });

  test('what the dump does not hold is said to be unknown', async () => {
    const { unknown, coverage } = await look(join(SNAPSHOTS, 'oom'));
    expect(unknown.map(({ what }) => what)).toEqual(expect.arrayContaining(['StatefulSet', 'ConfigMap', 'Ingress']));
    expect(coverage).toBeLessThan(1);
  });

  test('without the ConfigMaps a wrong address is no more than a name that is likely wrong', async () => {
    const folder = copyOf('env-address');
    rmSync(join(folder, 'lists.yaml'));
    expect(firstOf(await look(folder))).toBe('DNSResolutionFails Deployment checkout likely');
  });

  test('a dump in YAML tells the same', async () => {
    const folder = copyOf('image');
    for (const file of readdirSync(join(folder, 'prod')).filter((name) => name.endsWith('.json'))) {
      const path = join(folder, 'prod', file);
      writeFileSync(path.replace(/json$/, 'yaml'), stringify(JSON.parse(readFileSync(path, 'utf8'))));
      rmSync(path);
    }
    expect(firstOf(await look(folder))).toBe('ImageNotFound Deployment catalog proven');
  });

  test('without events the state of the pods is enough', async () => {
    const folder = copyOf('oom');
    rmSync(join(folder, 'prod/events.json'));
    expect(firstOf(await look(folder))).toBe('OOMKilled Deployment app-xyz likely');
  });

  test('a broken list of pods is unknown, not a cluster without pods', async () => {
    const folder = copyOf('oom');
    writeFileSync(join(folder, 'prod/pods.json'), '{"kind": "PodList", "items": [');
    const { unknown } = await look(folder);
    expect(unknown).toContainEqual({ what: 'Pod', why: expect.stringContaining('prod/pods.json could not be read') });
  });
});
