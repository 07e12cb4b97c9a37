import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from '../../../../servers/sandbox/kubernetes/api/protobuf.ts';

/** One field of a message: all lengths here are below 128. */
const field = (number: number, ...parts: (string | Buffer)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([(number << 3) | 2, body.length]), body]);
};
const envelope = (apiVersion: string, kind: string, raw: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, field(1, apiVersion), field(2, kind)),
    field(2, raw),
    field(3, ''),
    field(4, ''),
  ]);

describe('a request in protobuf', () => {
  it('of kubectl auth can-i is read', () => {
    const attributes = field(1, field(1, 'shop'), field(2, 'delete'), field(3, 'apps'), field(5, 'deployments'));
    const body = envelope(
      'authorization.k8s.io/v1',
      'SelfSubjectAccessReview',
      Buffer.concat([field(1), field(2, attributes)]),
    );
    expect(decodeProtobuf(body)).toMatchObject({
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: 'shop', verb: 'delete', group: 'apps', resource: 'deployments' } },
    });
  });

  it('of kubectl create secret is read, its values in base64', () => {
    const raw = Buffer.concat([
      field(1, field(1, 'key'), field(11, field(1, 'app'), field(2, 'web'))),
      field(2, field(1, 'a'), field(2, Buffer.from([255, 0]))),
      field(2, field(1, 'b'), field(2, 'x')),
      field(3, 'Opaque'),
    ]);
    expect(decodeProtobuf(envelope('v1', 'Secret', raw))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key', labels: { app: 'web' } },
      data: { a: '/wA=', b: 'eA==' },
      type: 'Opaque',
    });
  });

  it('reads numbers, and passes over what it does not know', () => {
    const raw = Buffer.concat([
      Buffer.from([1 << 3, 0xac, 0x02]),
      Buffer.from([9 << 3, 1]),
      field(5, 'All'),
      field(15, 'new'),
    ]);
    expect(decodeProtobuf(envelope('v1', 'DeleteOptions', raw))).toMatchObject({
      gracePeriodSeconds: 300,
      dryRun: ['All'],
    });
  });

  it('of a large kind, or one that is none, is refused', () => {
    expect(() => decodeProtobuf(envelope('apps/v1', 'Deployment', Buffer.alloc(0)))).toThrow('send it as JSON');
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('does not appear to be a protobuf message');
    expect(() => decodeProtobuf(Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0a])]))).toThrow('ends early');
  });
});
