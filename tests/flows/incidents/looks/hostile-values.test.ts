import { expect, test } from 'vitest';
import { readObject } from '../../../../flows/incidents/kinds.ts';
import { addressesIn } from '../../../../flows/incidents/looks/addresses.ts';
import { lineTime } from '../../../../flows/incidents/looks/log-times.ts';
import { readMissing } from '../../../../flows/incidents/looks/missing-config.ts';
import { listeningPorts } from '../../../../flows/incidents/looks/probe-ports.ts';
import { NOW, pod } from '../objects.ts';

/** Text of strangers, made to keep an expression busy: each is read in a time linear in its length. */
const hostile = [
  'a'.repeat(100_000),
  'a.'.repeat(50_000),
  'a:1,'.repeat(25_000),
  `${'a-'.repeat(40_000)}:`,
  'http://'.repeat(15_000),
  `x://${'@'.repeat(90_000)}`,
  `x://${'a:'.repeat(40_000)}@`,
  'listening on port '.repeat(5_000),
  `listening ${':'.repeat(90_000)}`,
  'nc -z -z -z '.repeat(8_000),
  'redis-cli '.repeat(9_000),
  `couldn't find key ${'x'.repeat(90_000)} in`,
  `volume "${'a'.repeat(90_000)}`,
  '2026-'.repeat(20_000),
  '$('.repeat(40_000),
];

test.each(hostile.map((text) => [text.slice(0, 24), text]))('%s…', (_, text) => {
  const raw = readObject('Pod', pod('prod/app-1'));
  expect(raw).toBeDefined();
  if (!raw) return;
  const read = () => {
    for (const from of ['env', 'argument'])
      addressesIn({ settings: [{ name: 'DB_HOST', value: text, from }], complete: true });
    for (const from of ['env', 'argument'])
      addressesIn({ settings: [{ name: 'DB_HOST', value: text.slice(0, 3_999), from }], complete: true });
    listeningPorts({ lines: [text, text], source: '' });
    lineTime(text, NOW);
    readMissing(text, raw);
  };
  const began = process.cpuUsage().user;
  read();
  // Generous by a factor of a hundred: an expression that backtracks takes minutes.
  expect(process.cpuUsage().user - began).toBeLessThan(1_000_000);
});
