import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Liquid } from 'liquidjs';
import type { Translate } from '../../chat/messages.ts';
import { escapeLine, visibleText } from '../../chat/plain.ts';
import type { Language } from '../../chat/types.ts';

/**
 * The words of reports, of templates/reports. Which template is used is said in the code alone, and what comes from a cluster enters
 * as a value, escaped for where it is shown. https://liquidjs.com/tutorials/options.html
 */

/** What is made of a template: a card's Markdown, a page's HTML, or plain lines. */
export type Target = 'markdown' | 'html' | 'text';
/** Templates with words of their own in each language. */
export type TemplateName = 'summary' | 'quiet' | 'digest' | 'finding' | 'advice' | 'rewrite';

const FOLDER = fileURLToPath(new URL('../../../templates/reports/', import.meta.url));
const require = createRequire(import.meta.url);
const engines = new Map<Target, Liquid>();

/** Fills a template of a language. Lines that the template leaves empty are dropped. */
export function renderWords(
  name: TemplateName,
  values: object,
  { target, language }: { target: Target; language: Language },
): string {
  const text: unknown = engineFor(target).renderFileSync(`${language}/${name}`, values);
  const lines = String(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter(Boolean);
  return (target === 'markdown' ? lines.map(afterList) : lines).join('\n');
}

/** What follows a list would be taken for a part of its last item. https://spec.commonmark.org/0.31.2/#lazy-continuation-line */
function afterList(line: string, at: number, lines: readonly string[]): string {
  return lines[at - 1]?.startsWith('- ') && !line.startsWith('- ') ? `\n${line}` : line;
}

/** Fills the page, whose words come from the catalogue by `{{ 'reports.KEY' | t }}`. */
export function renderPage(values: object, t: Translate): string {
  return String(engineFor('html').renderFileSync('page', values, { globals: { t } }));
}

/** The library is loaded when the first words are wanted: most processes never show a report. */
function engineFor(target: Target): Liquid {
  const known = engines.get(target);
  if (known) return known;
  const { Liquid } = require('liquidjs') as typeof import('liquidjs');
  const engine = new Liquid({
    root: FOLDER,
    extname: '.liquid',
    cache: true,
    dynamicPartials: false,
    // An empty text is nothing to say.
    jsTruthy: true,
    strictFilters: true,
    strictVariables: true,
    ownPropertyOnly: true,
    outputEscape: (value: unknown) => escapeFor(target, value),
  });
  engine.registerFilter('strong', { raw: true, handler: (value: unknown) => strong(target, escapeFor(target, value)) });
  engine.registerFilter('t', {
    raw: false,
    handler(key: string, ...params: [string, string | number][]) {
      const { t } = this.context.globals as unknown as { t: Translate };
      return t(key, Object.fromEntries(params));
    },
  });
  engines.set(target, engine);
  return engine;
}

function strong(target: Target, escaped: string): string {
  if (target === 'html') return `<strong>${escaped}</strong>`;
  return target === 'markdown' && escaped ? `**${escaped}**` : escaped;
}

/** A figure of ours is no markup; anything else is taken for a stranger's. */
const FIGURE = /^[−+]?[\p{Sc}]?\d[\d,.]*%?$/u;

/** A value as it may stand within a line of the target. */
export function escapeFor(target: Target, value: unknown): string {
  const text = String(value);
  if (target === 'html') return escapeHtml(text);
  if (target === 'markdown' && !FIGURE.test(text)) return escapeLine(text);
  return visibleText(text.replaceAll(/\s+/g, ' ').trim());
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand between tags or within a quoted attribute. */
function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}
