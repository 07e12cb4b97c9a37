import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WEIGHT } from '../../../../flows/health-report/score/rules.ts';
import { signals } from '../../../../flows/health-report/signals/registry.ts';
import { readCatalogue } from '../../../../src/chat/messages.ts';

describe('the signals of the API', () => {
  test('the list names every file of the folder', () => {
    const list = readFileSync('flows/health-report/signals/registry.ts', 'utf8');
    const files = globSync('flows/health-report/signals/api/*.ts').map((file) => basename(file));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !list.includes(`'./api/${file}'`))).toEqual([]);
  });

  test('each has a code of its own, a name, a text and a next step', () => {
    const codes = signals.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    const words = readCatalogue('templates/messages/en', 'signals');
    const wanted = codes.flatMap((code) => ['name', 'text', 'next'].map((part) => `signals.${code}.${part}`));
    expect(wanted.filter((key) => !words.has(key))).toEqual([]);
  });

  test('none that can be an outage is less than critical', () => {
    expect(signals.filter(({ canBeOutage, worst }) => canBeOutage && worst !== 'critical')).toEqual([]);
  });

  test('the page on health lists each with its name', () => {
    const page = readFileSync('docs/health.md', 'utf8');
    const words = readCatalogue('templates/messages/en', 'signals');
    expect(signals.filter(({ code }) => !page.includes(`| ${code} | ${words.get(`signals.${code}.name`)} |`))).toEqual(
      [],
    );
  });

  test('the weights of the categories sum to 100', () => {
    expect(Object.values(WEIGHT).reduce((sum, weight) => sum + weight, 0)).toBe(100);
  });
});
