import { describe, expect, test } from 'vitest';
import { builtInPolicy, parsePolicy } from '../../src/approvals/policy.ts';
import { readingOf } from '../../src/approvals/readers.ts';
import type { UserRef } from '../../src/chat/types.ts';

const ROLES =
  'groups: { shop: [slack:T1:U1] }\nroles: { operator: [web:console:olga], team: [group:shop, "email:bo@example.com"] }\n';
const policy = (readers: string) => parsePolicy(`${ROLES}readers:\n${readers}`, 'policy.yaml');
const bo: UserRef = { platform: 'dingtalk', tenant: 'corp', id: '7', email: 'Bo@example.com' };
const olga: UserRef = { platform: 'web', tenant: 'console', id: 'olga' };
const uma: UserRef = { platform: 'slack', tenant: 'T1', id: 'U1' };

describe('readers', () => {
  test('without them everybody reads everything', () => {
    expect(readingOf(builtInPolicy(), bo).everything).toBe(true);
  });

  test('nobody reads where the list is empty', () => {
    const reading = readingOf(parsePolicy(`${ROLES}readers: []`, 'policy.yaml'), olga);
    expect(reading).toMatchObject({ everything: false });
    expect(reading.cluster(['main'])).toBe('none');
  });

  test('groups and confirmed addresses count as in rules', () => {
    const given = policy('  - { roles: [team], cluster: main }');
    for (const user of [bo, uma]) expect(readingOf(given, user).cluster(['c1', 'main'])).toBe('all');
    expect(readingOf(given, olga).cluster(['main'])).toBe('none');
  });

  test('rules add up, and a star stands for everybody inside', () => {
    const given = policy("  - { roles: ['*'], cluster: 'dev-*' }\n  - { roles: [team], namespaces: [shop, 'shop-*'] }");
    const reading = readingOf(given, bo);
    expect(reading.everything).toBe(false);
    expect([reading.cluster(['dev-1']), reading.cluster(['prod'])]).toEqual(['all', 'some']);
    expect([reading.namespace(['prod'], 'shop-a'), reading.namespace(['prod'], 'shopping')]).toEqual([true, false]);
    expect(reading.patterns(['prod'])).toEqual(['shop', 'shop-*']);
    expect(readingOf(given, olga).cluster(['prod'])).toBe('none');
  });

  test.each([
    ['  - { cluster: main }', /policy.yaml:4: readers.0.roles/],
    ['  - { roles: [] }', /names nobody/],
    ['  - { roles: [tema] }', /tema is not in roles/],
    ['  - { roles: [team], cluster: a, clusters: [b] }', /is given twice/],
    ['  - { roles: [team], verbs: [get] }', /readers.0.verbs/],
  ])('a mistake is told: %s', (readers, told) => {
    expect(() => policy(readers)).toThrow(told);
  });
});
