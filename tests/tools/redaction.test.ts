import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/tools/redaction.ts';
import { carriers, cleanLines, kubernetesLines, positions, samples } from './secret-corpus.ts';

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
    const makers = [...cleanLines, ...kubernetesLines];
    for (let round = 0; round < rounds; round++) {
      for (const make of makers) {
        const line = make();
        const out = createRedactor().text(line);
        if (out !== line) changed.push(`${line} -> ${out}`);
      }
    }
    expect(changed.length / (rounds * makers.length), [...new Set(changed)].join('\n')).toBeLessThanOrEqual(0.01);
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

  it('hides at least 99.5 % of the secrets in all that tools answer with', async () => {
    const seen: string[] = [];
    for (const { shape, text, secret } of samples) {
      for (const [name, carry] of Object.entries(carriers)) {
        const strings: string[] = [];
        JSON.stringify(await object(carry(text)), (_, value) => {
          if (typeof value === 'string') strings.push(value);
          return value;
        });
        if (strings.some((one) => one.includes(secret))) seen.push(`${shape} in ${name}`);
      }
    }
    const recall = 1 - seen.length / (samples.length * Object.keys(carriers).length);
    expect(recall, seen.join(', ')).toBeGreaterThanOrEqual(0.995);
  });

  it('hides what is written below a secret name, whatever it looks like', async () => {
    const out = JSON.stringify(
      await object({
        annotations: { 'example.com/auth-token': 'plain-1', 'example.com/db-password': 'plain-2' },
        httpHeaders: [{ name: 'Authorization', value: 'plain-3' }],
        error: { message: 'Request failed', config: { headers: { Authorization: 'plain-4', Cookie: 'plain-5' } } },
        patch: [
          { op: 'replace', path: '/data/DB_PASSWORD', value: 'plain-6' },
          { op: 'test', path: '/spec/template/spec/containers/0/env/1/value', value: 'plain-7' },
          { op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name: 'SIGNING', value: 'plain-8' } },
        ],
        stringData: { kind: 'Secret', data: { a: 'plain-9' } },
      }),
    );
    expect(out).not.toContain('plain-');
  });

  it('keeps of a patch what is to be decided on', async () => {
    const patch = [
      { op: 'replace', path: '/spec/template/spec/containers/0/resources/limits/memory', value: '512Mi' },
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example.com/app:v2' },
      { op: 'replace', path: '/spec/template/spec/containers/0/env/0/value', value: 'mysql.prod:3306' },
      { op: 'replace', path: '/spec/selector', value: { app: 'web' } },
    ];
    expect(await object({ patch })).toEqual({ patch });
  });

  it('shows in a difference that a variable changes, and not what it is', () => {
    const diff = [
      '         env:',
      '         - name: DB_PASSWORD',
      '-          value: hunter2',
      '+          value: hunter3',
      '         - name: DB_ADDR',
      '-          value: mysql.prod:3307',
      '+          value: mysql.prod:3306',
      '         - name: PRIVATE',
      '           value: |',
      '             line one',
      '+            line two',
      '         image: app:v2',
    ].join('\n');
    expect(createRedactor().text(diff)).toBe(
      diff
        .replace('hunter2', '<secret:1>')
        .replace('hunter3', '<secret:2>')
        .replace('line one', '<secret:3>')
        .replace('line two', '<secret:4>'),
    );
  });

  it('takes time in proportion to the length of a text that is not cut into pieces', () => {
    const began = process.cpuUsage().user;
    for (const text of [`- name: A\n  value: a${' '.repeat(500_000)}b`, `- name: A\n  value: ${'a.'.repeat(250_000)}`])
      createRedactor().text(text);
    // Generous by far: an expression that backtracks takes minutes.
    expect(process.cpuUsage().user - began).toBeLessThan(3_000_000);
  });

  const shown: [string, string, string?][] = [
    ['MYSQL_ADDR', 'mysql.prod:3306'],
    ['BACKEND', 'mysql:3306'],
    ['KAFKA', 'a.prod:9092,b.prod:9092'],
    ['CHECKOUT', 'http://checkout'],
    ['CHECKOUT_URL', 'https://checkout.prod.svc.cluster.local:8443/api/v1'],
    ['PEER', 'mysql.prod.svc.cluster.local'],
    ['PEER', 'mysql.prod'],
    ['REDIS_SERVICE', 'redis'],
    ['AUTH_SERVICE_ADDR', 'auth.prod.svc.cluster.local:8080'],
    ['REPLICAS', '3'],
    ['RATIO', '0.5'],
    ['DATABASE_URL', 'postgres://app:p@w@db.prod:5432/shop', 'postgres://<secret:1>@db.prod:5432/shop'],
    ['DATABASE_URL', 'jdbc:mysql://db:3306/shop?user=a&x=b', 'jdbc:mysql://db:3306/shop?<secret:1>'],
    ['STORE', 'mongodb://u:p@a:27017,b:27017/db', 'mongodb://<secret:1>@a:27017,b:27017/db'],
    ['STORE', 'app:pw@tcp(10.0.0.5:3306)/shop?tls=skip', '<secret:1>@tcp(10.0.0.5:3306)/shop?<secret:2>'],
  ];
  it.each(shown)('shows where %s=%s leads to', async (name, value, expected = value) => {
    expect(await object({ env: [{ name, value }] })).toEqual({ env: [{ name, value: expected }] });
  });

  const hidden = [
    ['REDIS', 'redis'],
    ['DB_PASSWORD', 'mysql.prod:3306'],
    ['DB_PASS', '12345'],
    ['MQ_CREDS', 'admin:1234'],
    ['REDIS_AUTH', 'user:12345'],
    ['JOIN', 'abcdef.0123456789abcdef'],
    ['DATABASE_URL', 'postgres://app:pw/x@db.prod:5432/shop'],
    ['HOOK_URL', 'https://hooks.example.com/T0ABCDEFG/abcDEF123abcDEF123'],
    ['PING_URL', 'https://ping.example.com/6f1d3c1e-90ab-4cde-8f01-23456789abcd'],
    ['GREETING', 'hello world'],
    ['API_ENDPOINT', 'a1B2c3D4e5F6g7H8'],
  ] as const;
  it.each(hidden)('does not show %s=%s', async (name, value) => {
    expect(await object({ env: [{ name, value }] })).toEqual({ env: [{ name, value: '<secret:1>' }] });
  });

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

  it('copies a list of numbers as it is, unless it is called a password', async () => {
    const numbers = Array.from({ length: 100_000 }, (_, n) => n);
    const out = await object({ numbers, password: [1234, 5678] });
    expect(out.numbers).toEqual(numbers);
    expect(out.numbers).not.toBe(numbers);
    expect(JSON.stringify(out.password)).not.toMatch(/1234|5678/);
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
      `- name: A\n  value: a${' '.repeat(1_000_000)}b`,
      '- name: A\n  value: http://a.b:1/c?d\n'.repeat(25_000),
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
