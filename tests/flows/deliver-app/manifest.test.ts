import { describe, expect, test } from 'vitest';
import { isChartTemplate, manifestIn, readManifest } from '../../../flows/deliver-app/manifest.ts';
import { loadMessages } from '../../../src/chat/messages.ts';

const words = loadMessages('templates/messages');
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: []\n';
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\n';

const problemOf = (text: string, namespace: string | undefined = 'shop') => {
  const read = readManifest(text, namespace);
  return read.kind === 'refused' ? read.problem : read.kind;
};

describe('a manifest in a sentence', () => {
  test.each([
    [`deploy this\n\`\`\`yaml\n${SERVICE}\`\`\``, SERVICE.trimEnd()],
    [`\`\`\`\n${SERVICE}\`\`\` to shop`, SERVICE.trimEnd()],
    [`here:\n${SERVICE}`, SERVICE],
    ['deploy shop/web:1.2 to shop', undefined],
    ['```sh\nkubectl get pods\n```', undefined],
  ])('is found: %s', (text, wanted) => {
    expect(manifestIn(text)?.trimEnd()).toBe(wanted?.trimEnd());
  });

  test('may hold several documents of one namespace', () => {
    const read = readManifest(`${SERVICE}---\n${CONFIG}---\n`, 'shop');
    expect(
      read.kind === 'objects' && read.objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`),
    ).toEqual(['Service shop', 'ConfigMap shop']);
  });

  const refused: [string, string][] = [
    [SERVICE.replace('web', '{{ .Values.name }}'), 'chart'],
    [SERVICE.replace('web', '{{ include "web.name" . }}'), 'chart'],
    ['a: [\n', 'not-yaml'],
    ['# nothing\n', 'empty'],
    ['just: words\n', 'no-object'],
    [`x: &a [1]\ny: *a\n${SERVICE}`, 'aliases'],
    ['apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n', 'secret'],
    ['apiVersion: v1\nkind: List\nmetadata: { name: l }\nitems: []\n', 'list'],
    ['apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n', 'kind'],
    ['apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r }\n', 'kind'],
    [`${SERVICE}---\n${CONFIG.replace('shop', 'prod')}`, 'namespaces'],
    [`${SERVICE}---\n${SERVICE}`, 'twice'],
    [Array.from({ length: 21 }, (_, at) => SERVICE.replace('web', `web-${at}`)).join('---\n'), 'too-many'],
    [`${SERVICE}# ${'x'.repeat(60_000)}`, 'too-long'],
  ];
  test.each(refused)('that cannot be taken is refused by its reason: %j', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
    expect([words.en, words.zh].map((t) => t.has(`deliver.pasted.${problem}`))).toEqual([true, true]);
  });

  test('that names no namespace, where none is known, says which object', () => {
    expect(readManifest(SERVICE, undefined)).toMatchObject({
      problem: 'no-namespace',
      params: { kind: 'Service', name: 'web' },
    });
  });

  test('with braces of its own is no chart', () => {
    expect(isChartTemplate('args: ["{{workflow.name}}"]')).toBe(false);
  });
});
