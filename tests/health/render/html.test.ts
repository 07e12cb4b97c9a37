import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loadMessages } from '../../../src/chat/messages.ts';
import { reportHtml } from '../../../src/health/render/html.ts';
import { HOSTILE } from '../../support/sample-extremes.ts';
import { all, bad, blind, hostile } from './reports.ts';

const words = loadMessages('templates/messages');
const en = { t: words.en, language: 'en', timeZone: 'UTC' } as const;
const zh = { t: words.zh, language: 'zh', timeZone: 'UTC' } as const;
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47]);

const tagsOf = (html: string) => [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, tag]) => tag);
const attributesOf = (html: string) => [...html.matchAll(/\s(on\w+|style|href|src|srcset)="([^"]*)"/g)];

describe('a report as a page', () => {
  test.each([en, zh])('runs nothing, loads nothing, and its policy allows its own style only ($language)', (look) => {
    for (const report of all) {
      const html = reportHtml(report, look);
      expect(tagsOf(html)).not.toContain('script');
      expect(attributesOf(html).filter(([, name, value = '']) => name !== 'href' || !value.startsWith('#'))).toEqual(
        [],
      );
      const css = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
      const hash = createHash('sha256').update(css).digest('base64');
      expect(html).toContain(`content="default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-${hash}&#39;;`);
      expect(css).not.toMatch(/url\(|@import/);
    }
  });

  test('holds every line, finding, piece of evidence, gate, cause, insight and unknown', () => {
    const html = reportHtml(bad, en);
    const parts = [
      ...bad.lines.map(({ text }) => text.en),
      ...bad.findings.flatMap(({ text, next, evidence }) => [text.en, next.en, ...evidence.map((item) => item.text)]),
      ...bad.advice.flatMap(({ title, text, gates }) => [title.en, text.en, ...gates.map((gate) => gate.text.en)]),
      ...bad.insights.map(({ text }) => text.en),
      ...bad.unknown.flatMap(({ what, why }) => [what, why]),
      ...(bad.delta?.causes ?? []).map(({ text }) => text.en),
      bad.inputs,
      '−38.0',
      'snoozed by ann until 30 Nov 2026',
    ];
    expect(parts.filter((part) => !html.includes(part))).toEqual([]);
  });

  test('each entry of its contents leads to a part', () => {
    for (const report of all) {
      const html = reportHtml(report, zh);
      const targets = [...html.matchAll(/href="#(\w+)"/g)].map(([, id]) => id);
      expect(targets.length).toBeGreaterThanOrEqual(4);
      expect(targets.filter((id) => !html.includes(`<section id="${id}"`))).toEqual([]);
    }
  });

  test('charts are pictures within it, another one on a dark screen; without a picture they are told in words', () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const html = reportHtml(bad, { ...en, pictures: { score: { light: { svg }, dark: { png: PNG } } } });
    expect(html).toContain(`<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}"`);
    expect(html).toContain(`media="(prefers-color-scheme: dark)" srcset="data:image/png;base64,iVBORw=="`);
    expect(html.match(/<img /g)).toHaveLength(1);
    expect(html).toMatch(/<li>p95: .+<\/li>/);
    expect(tagsOf(html)).not.toContain('script');
  });

  test('strangers’ words are text', () => {
    const html = reportHtml(
      hostile(`${HOSTILE} "><script>alert(1)</script> {{ title }} {% raw %} ' onmouseover='x`),
      en,
    );
    expect(tagsOf(html)).not.toContain('script');
    expect(tagsOf(html).filter((tag) => tag === 'font')).toEqual([]);
    expect(attributesOf(html).filter(([, name]) => name?.startsWith('on'))).toEqual([]);
    expect(html).toContain('{{ title }}');
    expect(html.replaceAll('\n', '')).not.toMatch(/[\u202a-\u202e\p{Cc}]/u);
  });

  test('what was not seen and an empty list are said', () => {
    const html = reportHtml(blind, en);
    expect(html).toContain('Nothing bad was found in what could be seen.');
    expect(html).toContain('coverage 12%');
    expect(html.match(/counts as bad as it could be/g)).toHaveLength(20);
  });
});
