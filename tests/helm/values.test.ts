import { describe, expect, test } from 'vitest';
import { resolved } from '../../src/helm/dependencies.ts';
import { toldOf, valuesGiven } from '../../src/helm/given.ts';
import { checkValues } from '../../src/helm/schema.ts';
import { setValues } from '../../src/helm/set.ts';
import type { Chart, ChartDependency } from '../../src/helm/types.ts';
import { valuesFor } from '../../src/helm/values.ts';
import { isWithin, newestOf } from '../../src/helm/versions.ts';
import type { JsonObject } from '../../src/tools/types.ts';

interface Parts {
  version?: string;
  wants?: ChartDependency[];
  brings?: Chart[];
  schema?: JsonObject;
}

const chart = (
  name: string,
  values: JsonObject,
  { version = '1.0.0', wants = [], brings = [], schema }: Parts = {},
): Chart => ({
  metadata: { apiVersion: 'v2', name, version, type: 'application', deprecated: false, dependencies: wants, all: {} },
  values,
  ...(schema && { schema }),
  templates: [],
  crds: [],
  files: new Map(),
  dependencies: brings,
});
const namesOf = ({ dependencies }: Chart) => dependencies.map(({ metadata }) => metadata.name);

describe('what is given', () => {
  const web = chart('web', { a: { x: 1, y: 2 }, list: [1, 2], gone: 'default', deep: { gone: { z: 1 } } });
  test.each<[JsonObject, JsonObject]>([
    [{}, web.values],
    [{ a: { x: 9 } }, { ...web.values, a: { x: 9, y: 2 } }],
    [{ list: [] }, { ...web.values, list: [] }],
    [{ gone: null }, { a: { x: 1, y: 2 }, list: [1, 2], deep: { gone: { z: 1 } } }],
    [{ deep: { gone: null } }, { ...web.values, deep: {} }],
    [{ a: 'text' }, { ...web.values, a: 'text' }],
    [{ list: { a: 1 } }, { ...web.values, list: { a: 1 } }],
    [{ extra: null }, { ...web.values, extra: null }],
    [{ constructor: { a: 1 } }, { ...web.values, constructor: { a: 1 } }],
  ])('%j lies over the defaults as Helm lays it', (given, expected) => {
    expect(valuesFor(web, given)).toEqual(expected);
  });

  test('for a chart below stands under its name, and what is global reaches it', () => {
    const db = chart('db', { size: 1, gone: 1, global: { zone: 'own', only: 1 } });
    const parent = chart('web', { db: { size: 2, gone: null } }, { brings: [db] });
    expect(valuesFor(parent, { db: { extra: true }, global: { zone: 'a', image: { tag: 1 } } })).toEqual({
      db: { size: 2, extra: true, global: { zone: 'a', only: 1, image: { tag: 1 } } },
      global: { zone: 'a', image: { tag: 1 } },
    });
  });

  test('a null that a parent says, globally or for a chart below, takes the default of that chart away', () => {
    const db = chart('db', { global: { hash: { a: 1, b: 2 } }, hash: { a: 1, b: 2 } });
    const wants = [{ name: 'db' }];
    const parent = chart('web', { global: { hash: { a: null } }, db: { hash: { a: null } } }, { brings: [db], wants });
    expect(valuesFor(resolved(parent, {}), {}).db).toEqual({ global: { hash: { b: 2 } }, hash: { b: 2 } });
  });

  test('for a chart below has to be a map', () => {
    const parent = chart('web', {}, { brings: [chart('db', {})] });
    expect(() => valuesFor(parent, { db: 3 })).toThrow(/db .* map/);
  });

  test('never changes what the chart keeps', () => {
    const before = JSON.stringify(web.values);
    valuesFor(web, { a: { x: 9 }, deep: null });
    expect(JSON.stringify(web.values)).toBe(before);
  });
});

describe('the charts in a chart', () => {
  const brings = [
    chart('db', { exports: { shared: { port: 5432 } }, own: { user: 'x' } }),
    chart('cache', {}),
    chart('free', {}),
  ];
  const wants = [
    { name: 'db', version: '1.x', condition: 'db.enabled,useDb', tags: ['back'] },
    { name: 'cache', tags: ['back', 'fast'] },
  ];
  test.each<[JsonObject, string[]]>([
    [{}, ['free', 'db', 'cache']],
    [{ db: { enabled: false } }, ['free', 'cache']],
    [{ useDb: false }, ['free', 'cache']],
    [{ tags: { back: false } }, ['free']],
    [{ tags: { back: false, fast: true } }, ['free', 'cache']],
    [{ tags: { back: false }, db: { enabled: true } }, ['free', 'db']],
    [{ db: { enabled: 'no boolean' } }, ['free', 'db', 'cache']],
  ])('take part as conditions and tags in %j say', (given, expected) => {
    expect(namesOf(resolved(chart('web', {}, { brings, wants }), given))).toEqual(expected);
  });

  test('may be there twice under other names, each with values of its own', () => {
    const twice = [
      { name: 'db', alias: 'main', condition: 'main.enabled' },
      { name: 'db', alias: 'spare', condition: 'spare.enabled' },
    ];
    const parent = chart('web', { spare: { enabled: false } }, { brings: [chart('db', { size: 1 })], wants: twice });
    expect(namesOf(resolved(parent, {}))).toEqual(['main']);
    const both = resolved(parent, { spare: { enabled: true, size: 5 } });
    expect(valuesFor(both, { spare: { size: 5 } })).toMatchObject({ main: { size: 1 }, spare: { size: 5 } });
  });

  test('of a version that is not wanted are not the ones that are meant', () => {
    const parent = chart(
      'web',
      {},
      { brings: [chart('db', {}, { version: '2.0.0' })], wants: [{ name: 'db', version: '~1.0', alias: 'main' }] },
    );
    expect(namesOf(resolved(parent, {}))).toEqual(['db']);
  });

  test('hand up what they export, below what their parent says itself', () => {
    const imports: ChartDependency[] = [
      { name: 'db', 'import-values': ['shared', { child: 'own', parent: 'data.login' }, 'missing'] },
    ];
    const parent = chart('web', { port: 1 }, { brings, wants: imports });
    const { values } = resolved(parent, {});
    expect(values).toMatchObject({ port: 1, data: { login: { user: 'x' } } });
    expect(resolved(chart('web', {}, { brings, wants: imports }), {}).values).toMatchObject({ port: 5432 });
  });
});

test.each<[string, JsonObject]>([
  ['a=1', { a: 1 }],
  ['a=1,b=two', { a: 1, b: 'two' }],
  ['a.b.c=x', { a: { b: { c: 'x' } } }],
  ['a[0]=x,a[1]=y', { a: ['x', 'y'] }],
  ['a[2]=x', { a: [null, null, 'x'] }],
  ['a[0].b=1,a[0].c=2', { a: [{ b: 1, c: 2 }] }],
  ['a[0][1]=x', { a: [[null, 'x']] }],
  ['a={x,2,true}', { a: ['x', 2, true] }],
  ['a={},b=1', { a: [''], b: 1 }],
  [
    'a=TRUE,b=False,c=null,d=0,e=007,f=1.5,g=-3,h=1e3',
    { a: true, b: false, c: null, d: 0, e: '007', f: '1.5', g: -3, h: '1e3' },
  ],
  ['a=x\\,y', { a: 'x,y' }],
  ['a\\.b=1', { 'a.b': 1 }],
  ['a=', { a: '' }],
  ['a=b=c', { a: 'b=c' }],
  ['id=12345678901234567890', { id: '12345678901234567890' }],
  ['annotations.nginx\\.example\\.com/x=1', { annotations: { 'nginx.example.com/x': 1 } }],
])('%s is set as --set would', (text, expected) => {
  expect(setValues(text, {})).toEqual(expected);
});

test.each([
  'a',
  'a,b=1',
  'a.=1',
  'a[x]=1',
  'a[99999999]=1',
  'a[-1]=1',
  'a={x',
  'a[0]x=1',
  '__proto__.x=1',
  `${'a.'.repeat(40)}b=1`,
])('%s cannot be set', (text) => {
  expect(() => setValues(text, {})).toThrow(expect.objectContaining({ code: 'VALUES_INVALID' }));
  expect({}).not.toHaveProperty('x');
});

test('values in YAML, set ones and set texts lie over one another in this order', () => {
  expect(valuesGiven({ yaml: 'a: 1\nb: { c: 1 }\n', set: ['b.c=2', 'd=3'], setText: ['d=4'] })).toEqual({
    a: 1,
    b: { c: 2 },
    d: '4',
  });
});

test('values are told by their paths, and those of secrets by their names only', () => {
  const told = toldOf({
    a: { b: [1, 'x'] },
    auth: { password: 'hunter2', existingSecret: 'db', apiKey: 'k' },
    none: {},
  });
  expect(told).toEqual([
    { path: 'a.b[0]', value: '1' },
    { path: 'a.b[1]', value: '"x"' },
    { path: 'auth.password', value: null },
    { path: 'auth.existingSecret', value: '"db"' },
    { path: 'auth.apiKey', value: null },
    { path: 'none', value: '{}' },
  ]);
});

describe('a schema', () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['image'],
    properties: {
      port: { type: 'integer', maximum: 65535 },
      auth: { type: 'object', properties: { mode: { enum: ['a', 'b'] } } },
    },
  };
  const web = chart('web', {}, { schema });
  const check = (values: JsonObject, one = web) => checkValues(one, values, () => {});

  test('that fits says nothing', () => {
    expect(() => check({ image: 'x', port: 80 })).not.toThrow();
  });

  test('that does not fit is told by path and rule, and never by value', () => {
    const values = { port: 'hunter2', auth: { mode: 'hunter3' } };
    expect(() => check(values)).toThrow(/port: .*integer/);
    expect(() => check(values)).toThrow(/auth\.mode: enum/);
    expect(() => check(values)).toThrow(/image/);
    expect(() => check(values)).not.toThrow(/hunter/);
  });

  test('of a chart below counts for its values', () => {
    expect(() => check({ web: { port: 1 } }, chart('all', {}, { brings: [web] }))).toThrow(/the chart web/);
  });

  test('that refers to other places is not followed, and that is told', () => {
    const told: string[] = [];
    const remote = chart('web', {}, { schema: { properties: { a: { $ref: 'https://example.com/schema.json' } } } });
    checkValues(remote, { a: 1 }, (what) => told.push(what));
    expect(told).toEqual([expect.stringContaining('schema of web')]);
  });
});

test.each([
  ['v1.32.1-aliyun.1', '>=1.25.0-0', true],
  ['v1.32.1-aliyun.1', '>= 1.25', true],
  ['1.32.1', '>=1.19-0', true],
  ['1.32.1', '^1.20.0 || >=2', true],
  ['1.32.1', '>=1.20, <1.30', false],
  ['1.32.1', '!=1.32.1', false],
  ['1.32.1', '!=1.31.0', true],
  ['1.32.1', 'nonsense', false],
  ['1.2.5', '~1.2', true],
  ['1.3.0', '~1.2', false],
  ['1.3.0', '1.x', true],
])('%s within %s: %s', (version, range, isInside) => {
  expect(isWithin(version, range)).toBe(isInside);
});

test.each([
  [undefined, '2.0.0'],
  ['1.x', '1.10.0'],
  ['^1.2.0', '1.10.0'],
  ['1.2.0', '1.2.0'],
  ['2.1.0-rc.1', '2.1.0-rc.1'],
  ['>2.0.0', '2.1.0-rc.1'],
  ['3.x', undefined],
  ['no version', undefined],
])('of several versions, %s means %s', (range, expected) => {
  expect(newestOf(['1.2.0', '1.10.0', '2.0.0', '2.1.0-rc.1', 'latest'], range)).toBe(expected);
});
