import { describe, expect, test } from 'vitest';
import { chartIn } from '../../../flows/deliver-app/chart-sentence.ts';
import { type Command, FlowError } from '../../../src/flow/kit.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { play } from './world.ts';

const FENCE = '```';

test.each<[string, object]>([
  ['deploy chart podinfo to shop', { reference: 'podinfo' }],
  [
    'deploy chart oci://registry.example.com/charts/web 1.4.0 as checkout to shop with replicaCount=3 image.tag=1.5',
    {
      reference: 'oci://registry.example.com/charts/web',
      version: '1.4.0',
      name: 'checkout',
      set: ['replicaCount=3', 'image.tag=1.5'],
    },
  ],
  ['deploy chart web ^1.2 to shop', { reference: 'web', version: '^1.2' }],
  ['deploy chart web 3 to shop', { reference: 'web' }],
  ['把 chart podinfo 发布到 shop，replicaCount=3', { reference: 'podinfo', set: ['replicaCount=3'] }],
  ['把 chart podinfo 6.5.0 发布到 shop 命名空间，名字 pod', { reference: 'podinfo', version: '6.5.0', name: 'pod' }],
  ['发布 podinfo 的 chart 到 shop，a=1，再说', { reference: 'podinfo', set: ['a=1'] }],
  ['helm install redis bitnami/redis', { reference: 'redis', name: 'redis' }],
  [
    'helm upgrade --install web podinfo --version ^6 -n shop --set a=1,b={x,y} --set-string c=12',
    { reference: 'podinfo', name: 'web', version: '^6', set: ['a=1,b={x,y}'], setText: ['c=12'] },
  ],
  [
    'deploy the podinfo chart into shop with ingress.enabled=true, image.tag="1,5".',
    { reference: 'podinfo', set: ['ingress.enabled=true', 'image.tag=1\\,5'] },
  ],
  [
    'deploy oci://reg.example.com:5000/charts/web:1.4.0 to shop',
    { reference: 'oci://reg.example.com:5000/charts/web', version: '1.4.0' },
  ],
  [
    `release chart web version 1.x as checkout in shop\n${FENCE}yaml\nreplicaCount: 3\n${FENCE}`,
    { reference: 'web', version: '1.x', name: 'checkout', yaml: 'replicaCount: 3' },
  ],
  [
    'deploy chart web to shop with config.URL=https://a.example.com/x?y=1',
    { reference: 'web', set: ['config.URL=https://a.example.com/x?y=1'] },
  ],
  ['install the chart https://charts.example.com/web', { reference: 'https://charts.example.com/web' }],
])('%s', (sentence, expected) => {
  const { said: _said, ...wish } = chartIn(sentence) ?? {};
  expect(wish).toEqual({ set: [], setText: [], ...expected });
});

test.each([
  ['deploy chart podinfo to shop', ['shop'], undefined],
  ['helm install web podinfo --namespace shop', [], 'shop'],
  ['把 chart podinfo 发布到命名空间 shop', [], 'shop'],
])('where %s goes', (sentence, places, namespace) => {
  const said = chartIn(sentence)?.said;
  expect(said?.wish.namespace ?? said?.places[0]).toBe(namespace ?? places[0]);
  expect(said?.wish.name).toBeUndefined();
});

test.each([
  'deploy shop/chart-server:1.2 to shop',
  'deploy registry.example.com/charts/web:1 to shop',
  `deploy the chart\n${FENCE}yaml\napiVersion: v1\nkind: Service\n${FENCE}`,
  'deploy {{ .Values.image }} chart',
])('%s speaks of no chart', (sentence) => {
  expect(chartIn(sentence)).toBeUndefined();
});

test.each(['deploy this helm chart', '用 helm chart 部署', 'install a chart to shop'])('%s names none', (sentence) => {
  expect(chartIn(sentence)?.reference).toBeUndefined();
});

const object = (kind: string, name: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, annotations: { 'release.k8s-copilot/chart': '{}' } },
  ...more,
});
const CONFIG = object('ConfigMap', 'web', { data: { a: '1' } });
const rendered = (objects: JsonObject[], more: JsonObject = {}): JsonObject => ({
  chart: { name: 'web', version: '1.4.0', appVersion: '5', deprecated: false },
  place: 'CHARTS_DIR',
  objects: objects.map((one) => ({ template: `web/templates/${String(one.kind).toLowerCase()}.yaml`, object: one })),
  given: [],
  hooks: [],
  crds: [],
  notes: '',
  unlike: [],
  isUpgrade: false,
  stays: [],
  unknown: [],
  ...more,
});
const LIST: JsonObject = {
  charts: [
    { name: 'web', version: '1.4.0', appVersion: '5', description: 'A page', deprecated: true, place: 'CHARTS_DIR' },
  ],
  unknown: [{ place: 'oci://registry.example.com/charts' }, { place: 'https://charts.example.com', why: 'away' }],
};

/** Says it in a world where the views answer so; what the chart was asked for comes back, too. */
async function release(sentence: string, answer: JsonObject | Error, ...script: unknown[]) {
  const asked: JsonObject[] = [];
  const commands = await play(
    'deliver-app',
    sentence,
    {
      objects: [],
      reads: {
        copilot_charts: () => LIST,
        copilot_chart: (args) => {
          asked.push(args);
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
    },
    ...script,
  );
  return { asked, commands, text: JSON.stringify(commands) };
}
const keys = (commands: Command[]) => commands.flatMap((one) => (one.verb === 'say' ? [one.message.key] : []));
const planOf = (commands: Command[]) => commands.flatMap((one) => (one.verb === 'propose' ? [one] : []))[0];

describe('a chart', () => {
  test('is rendered for its place, and what it makes is proposed with all that is to be known of it', async () => {
    const answer = rendered([CONFIG], {
      given: [
        { path: 'replicaCount', value: '3' },
        { path: 'auth.password', value: null },
      ],
      hooks: [{ kind: 'Job', name: 'migrate', when: 'pre-install' }],
      crds: ['things.example.com'],
      unlike: ['lookup'],
      stays: ['Service old'],
      notes: 'Visit us',
    });
    const { asked, commands } = await release(
      'deploy chart web 1.x as page to shop with replicaCount=3 auth.password=hunter2',
      answer,
      {
        kind: 'succeeded',
        taskId: 'T-1',
        results: {},
      },
    );
    expect(asked).toEqual([
      {
        clusterId: 'c1',
        reference: 'web',
        version: '1.x',
        name: 'page',
        namespace: 'shop',
        set: ['replicaCount=3', 'auth.password=hunter2'],
        setText: [],
      },
    ]);
    const proposed = planOf(commands);
    expect(proposed?.plan).toMatchObject({
      action: 'app.deploy',
      title: {
        en: 'Release chart web 1.4.0 as page (one object) to shop',
        zh: expect.stringContaining('chart web 1.4.0'),
      },
      steps: [
        { tool: 'k8s_apply', args: { object: { kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' } } } },
      ],
    });
    const card = JSON.stringify(proposed);
    for (const told of [
      'CHARTS_DIR',
      '"replicaCount","3"',
      '(not shown)',
      'Job migrate (pre-install)',
      'things.example.com',
      'lookup',
      'Service old',
      'Visit us',
      'helm list',
    ])
      expect(card).toContain(told);
    expect(card).not.toContain('hunter2');
    expect(keys(commands)).toEqual(['deliver.chart.done']);
  });

  test('that is there already is proposed anew', async () => {
    const { commands } = await release('deploy chart web to shop', rendered([CONFIG], { isUpgrade: true }));
    expect(planOf(commands)?.plan.title.en).toContain('anew');
  });

  test.each([
    ['Secrets', [CONFIG, object('Secret', 'web')], ['Secret web (web/templates/secret.yaml)', 'existingSecret']],
    [
      'roles',
      [CONFIG, object('ClusterRole', 'web')],
      ['ClusterRole web (web/templates/clusterrole.yaml)', 'rbac.create'],
    ],
    ['several namespaces', [CONFIG, { ...CONFIG, metadata: { name: 'b', namespace: 'other' } }], ['namespaces']],
    ['another namespace', [{ ...CONFIG, metadata: { name: 'b', namespace: 'other' } }], ['namespace other']],
    ['one object twice', [CONFIG, CONFIG], ['twice']],
    ['more than thirty objects', Array.from({ length: 31 }, (_, n) => object('ConfigMap', `c${n}`)), ['30']],
    ['nothing', [], ['no object']],
  ])('that makes %s is refused with the reason', async (_what, objects, reasons) => {
    const { commands, text } = await release('deploy chart web to shop', rendered(objects));
    expect(keys(commands)).toEqual(['deliver.chart.not-taken']);
    for (const reason of reasons) expect(text).toContain(reason);
  });

  test.each([
    ['CHART_NOT_FOUND', 'deliver.chart.chart-not-found'],
    ['CHART_REFUSED', 'deliver.chart.chart-refused'],
    ['CHART_INVALID', 'deliver.chart.chart-invalid'],
    ['CHART_TOO_LARGE', 'deliver.chart.chart-too-large'],
    ['CHART_UNREACHABLE', 'deliver.chart.chart-unreachable'],
    ['VALUES_INVALID', 'deliver.chart.values-invalid'],
    ['NOT_YOURS', 'deliver.chart.failed'],
  ])('that ends with %s is told as %s, with why', async (code, key) => {
    const { commands, text } = await release('deploy chart web to shop', new FlowError(code, 'because of it'));
    expect(keys(commands)).toEqual([key]);
    expect(text).toContain('because of it');
  });

  test('under a name that cannot be one is refused before anything is rendered', async () => {
    const { asked, commands } = await release('deploy chart web_page to shop', rendered([CONFIG]));
    expect([keys(commands), asked]).toEqual([['deliver.chart.name'], []]);
  });

  test('that is not named is asked for, with what there is', async () => {
    const { asked, commands, text } = await release('deploy a helm chart to shop', rendered([CONFIG]), {
      text: 'web 1.4.0',
    });
    expect(text).toContain('A page');
    expect(asked).toMatchObject([{ reference: 'web', version: '1.4.0', namespace: 'shop' }]);
    expect(planOf(commands)).toBeDefined();
  });

  test('without a namespace asks for one', async () => {
    const { asked } = await release('deploy chart web', rendered([CONFIG]), { choice: 'use-shop' });
    expect(asked).toMatchObject([{ namespace: 'shop' }]);
  });
});

describe('the list of charts', () => {
  const list = (answer: JsonObject) =>
    play('chart-list', 'which charts are there', { objects: [], reads: { copilot_charts: () => answer } });

  test('tells names, versions and places, and what cannot be told', async () => {
    const told = JSON.stringify(await list(LIST));
    for (const one of [
      '"web","1.4.0","5","(given up) A page","CHARTS_DIR"',
      'oci://registry.example.com/charts: a registry does not tell',
      'https://charts.example.com: away',
      'deploy chart web',
    ])
      expect(told).toContain(one);
  });

  test('that is empty says where charts are put', async () => {
    expect(JSON.stringify(await list({ charts: [], unknown: [] }))).toContain('deliver.chart.none');
  });
});
