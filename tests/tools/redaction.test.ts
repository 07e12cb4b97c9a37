import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/tools/redaction.ts';
import { cleanLines, positions, samples } from './secret-corpus.ts';

describe('redaction of text', () => {
  it('hides at least 99.5 % of the secrets in every place where they turn up', () => {
    expect(samples.length).toBeGreaterThanOrEqual(60);
    const seen: string[] = [];
    for (const { shape, text, secret } of samples) {
      positions.forEach((place, at) => {
        if (createRedactor().text(place(text)).includes(secret)) seen.push(`${shape} at ${at}`);
      });
    }
    const recall = 1 - seen.length / (samples.length * positions.length);
    expect(recall, seen.join(', ')).toBeGreaterThanOrEqual(0.995);
  });

  it('changes at most 1 % of clean lines', () => {
    const changed: string[] = [];
    const rounds = 50;
    for (let round = 0; round < rounds; round++) {
      for (const make of cleanLines) {
        const line = make();
        const out = createRedactor().text(line);
        if (out !== line) changed.push(`${line} -> ${out}`);
      }
    }
    expect(changed.length / (rounds * cleanLines.length), changed.join('\n')).toBeLessThanOrEqual(0.01);
  });

  it('gives a secret the same placeholder each time and changes nothing the second time', () => {
    const { text } = createRedactor();
    const once = text('password: hunter2 token=abcDEF123456 password: hunter2');
    expect(once).toBe('password: <secret:1> token=<secret:2> password: <secret:1>');
    expect(text(once)).toBe(once);
    for (const { text: said } of samples) expect(text(text(said))).toBe(text(said));
  });

  it('leaves certificates and public keys', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
    expect(createRedactor().text(certificate)).toBe(certificate);
  });

  it('hides a private key whose end was cut off', () => {
    expect(createRedactor().text('a -----BEGIN PRIVATE KEY-----\nMIIEvQ')).toBe('a <secret:1>');
  });
});

describe('redaction of data', () => {
  const object = (value: Parameters<ReturnType<typeof createRedactor>['object']>[0]) => createRedactor().object(value);

  it('hides values by their names and keeps what only speaks of secrets', async () => {
    expect(
      await object({
        password: 'a b',
        AccessKeySecret: 'x',
        nested: [{ apiToken: 'abc' }],
        nextToken: 'p2',
        secretName: 'db',
        count: 3,
        ok: true,
        none: null,
      }),
    ).toEqual({
      password: '<secret:1>',
      AccessKeySecret: '<secret:2>',
      nested: [{ apiToken: '<secret:3>' }],
      nextToken: 'p2',
      secretName: 'db',
      count: 3,
      ok: true,
      none: null,
    });
  });

  it('keeps every id of a cluster as it is', async () => {
    const ids = {
      cluster_id: `c${'0f'.repeat(16)}`,
      task_id: `T-${'5a'.repeat(12)}`,
      requestId: '3D1A-44F0',
      vpcId: 'vpc-bp1abcdefghij0123456',
      image: `app@sha256:${'ab'.repeat(32)}`,
      idempotencyKey: 'T-7K3F/create',
    };
    expect(await object(ids)).toEqual(ids);
  });

  it('hides all of a Secret but the names of its entries', async () => {
    const secret = {
      kind: 'Secret',
      metadata: { name: 'db', managedFields: [{}] },
      data: { user: 'YQ==' },
      stringData: { a: 'b' },
    };
    expect(await object(secret)).toEqual({
      kind: 'Secret',
      metadata: { name: 'db' },
      data: { user: '<secret:1>' },
      stringData: { a: '<secret:2>' },
    });
  });

  it('hides environment values but harmless ones, and the value after a flag', async () => {
    const env = [
      { name: 'LOG_LEVEL', value: 'debug' },
      { name: 'WORKERS', value: '4' },
      { name: 'SIGNING', value: 'abc' },
      { name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'p' } } },
    ];
    const out = await object({ env, args: ['--password', 'hunter2', '-v', '2', '--token=abc123def'] });
    expect(out).toEqual({
      env: [env[0], env[1], { name: 'SIGNING', value: '<secret:1>' }, env[3]],
      args: ['--password', '<secret:2>', '-v', '2', '--token=<secret:3>'],
    });
  });

  it('finds a secret wherever a long text is cut into pieces', async () => {
    const { text = '', secret = '' } = samples.find(({ shape }) => shape === 'RSA key') ?? {};
    for (let before = 32_300; before < 32_800; before += 7) {
      const out = await object({ log: `${'word '.repeat(before / 5)}\n${text}\n${'tail '.repeat(9000)}` });
      expect(String(out.log)).not.toContain(secret.split('\n')[2]);
    }
  });

  it('lets others go on while it works through a megabyte, and takes time in proportion to the length', async () => {
    const line = `2026-11-24 pod web-7f9 node key=value auth ok ${'user@host:/path -p x eyJ '.repeat(3)}\n`;
    const texts = [
      line.repeat(1_000_000 / line.length),
      'a'.repeat(1_000_000),
      'name: '.repeat(160_000),
      'eyJ'.repeat(330_000),
      '://a:'.repeat(200_000),
      '-----BEGIN A-----'.repeat(58_000),
    ];
    for (const log of texts) {
      let turns = 0;
      let going = true;
      const count = () => {
        turns++;
        if (going) setImmediate(count);
      };
      setImmediate(count);
      await object({ log });
      going = false;
      expect(turns).toBeGreaterThan(10);
    }
  });
});
