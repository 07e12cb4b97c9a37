import { describe, expect, test } from 'vitest';
import { loadMessages } from '../../../src/chat/messages.ts';
import { reportJunit } from '../../../src/health/render/junit.ts';
import { bad, hostile, oom, quiet } from './reports.ts';

const words = loadMessages('templates/messages');
const en = { t: words.en, language: 'en', timeZone: 'UTC' } as const;

const cases = (xml: string) =>
  [...xml.matchAll(/<testcase [^>]*name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, name = '', inner = '']) => [name, /<(failure|skipped)/.exec(inner)?.[1] ?? 'passed'],
  );

describe('a report for CI', () => {
  test('what is bad enough fails with what to do, what is put off or lighter passes, what was not seen is skipped', () => {
    const xml = reportJunit(bad, en);
    expect(cases(xml)).toEqual([
      ['W13', 'failure'],
      ['N1', 'failure'],
      ['S1', 'failure'],
      ['W3', 'failure'],
      ['W17', 'passed'],
      ['SLS logs', 'skipped'],
      ['secrets', 'skipped'],
    ]);
    expect(xml).toContain('tests="7" failures="4" errors="0" skipped="2"');
    expect(xml).toContain('Next: Raise the memory limit of checkout-api to 512Mi');
    expect(xml).toContain('<testsuite name="Health of shop-prod: Workloads"');
  });

  test('the threshold decides what fails', () => {
    const failing = (threshold: 'critical' | 'low') =>
      cases(reportJunit(bad, en, threshold)).filter(([, state]) => state === 'failure');
    expect(failing('critical')).toEqual([['N1', 'failure']]);
    const taken = bad.findings.map(({ snoozed: _, ...finding }) => finding);
    expect(
      cases(reportJunit({ ...bad, findings: taken }, en, 'low')).filter(([, state]) => state === 'failure'),
    ).toHaveLength(5);
    expect(cases(reportJunit(quiet, en, 'low'))).toEqual([['W17', 'passed']]);
  });

  test('a code found in several places is one case', () => {
    const twice = { ...bad, findings: [oom, { ...oom, id: 'W3:staging', severity: 'low' as const }] };
    expect(cases(reportJunit(twice, en)).filter(([name]) => name === 'W3')).toEqual([['W3', 'failure']]);
  });

  test('strangers’ words cannot break out of it', () => {
    const xml = reportJunit(hostile(']]></failure><testcase name="x"/>\u0000\ud800\u001b'), en);
    const markup = xml.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
    expect(markup).not.toContain('<testcase name="x"');
    expect(xml.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(xml.isWellFormed()).toBe(true);
    expect(markup.match(/<testcase /g)).toHaveLength(4);
  });
});
