import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';

const adapter = (root: string) => (file: string) => `${root}/adapters/${basename(dirname(file))}/adapter.ts`;

/** The lists are explicit; what lies in a folder and is missing in its list would be dead without a word. */
test.each([
  ['flows/registry.ts', 'flows/*/flow.ts', (file: string) => `./${basename(dirname(file))}/flow.ts`],
  ['servers/ack/tools.ts', 'servers/ack/tools/*.ts', (file: string) => `./tools/${basename(file)}`],
  [
    'flows/incidents/rules/registry.ts',
    'flows/incidents/rules/*.ts',
    (file: string) => (basename(file) === 'registry.ts' ? '../rule.ts' : `./${basename(file)}`),
  ],
  ['src/main.ts', 'adapters/{alerts,console}/adapter.ts', adapter('..')],
  // Every other one is a chat platform.
  ['src/composition/chats.ts', 'adapters/!(alerts|console)/adapter.ts', adapter('../..')],
])('%s names everything that %s finds', (list, pattern, nameOf) => {
  const files = globSync(pattern);
  const text = readFileSync(list, 'utf8');
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !text.includes(`'${nameOf(file.replaceAll('\\', '/'))}'`))).toEqual([]);
});
