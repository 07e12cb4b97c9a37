import { z } from 'zod';
import { escapeLine } from '../../src/chat/plain.ts';
import type { Block } from '../../src/chat/types.ts';
import { defineFlow, type FlowContext, read, say } from '../../src/flow/kit.ts';

const page = z.object({
  name: z.string(),
  title: z.string(),
  when: z.string(),
  body: z.string(),
  language: z.enum(['en', 'zh']),
});
const found = z.object({
  matches: z.array(page),
  all: z.array(z.object({ name: z.string(), title: z.string(), when: z.string() })),
});
/** What stays in sight; the rest is folded. */
const SHOWN = 700;

/** "Runbook for OOM": the page that fits, or which pages there are. */
export const runbooks = defineFlow({
  id: 'runbooks',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { t, text, language } = context;
    const { matches, all } = found.parse(yield* read('copilot_runbooks', { text }));
    const [best, ...others] = matches;
    if (!best) {
      yield* say('runbooks.list', { count: all.length }, all.length > 0 ? [table(all, t), ...openers(all)] : []);
      return;
    }
    yield* say({ key: 'runbooks.one', params: { title: best.title } }, undefined, [
      ...(best.language === language ? [] : [{ type: 'text' as const, markdown: t(`runbooks.only-${best.language}`) }]),
      { type: 'text', markdown: `_${escapeLine(best.when)}_` },
      ...pageBlocks(best.body, t),
      ...(others.length === 0 ? [] : [{ type: 'text' as const, markdown: t('runbooks.others') }, ...openers(others)]),
    ]);
  },
});

const MOST_BUTTONS = 20;

/** A button for each page, which says what one could type. */
function openers(pages: readonly { name: string; title: string }[]): Block[] {
  const items = pages.slice(0, MOST_BUTTONS).map(({ name, title }) => ({ id: `send:runbook ${name}`, label: title }));
  return [{ type: 'buttons', items }];
}

/** The beginning, and the rest folded away. A page was written by the team: its markdown stays, what it links to is shown as it is. */
function pageBlocks(body: string, t: FlowContext['t']): Block[] {
  const at = body.length <= SHOWN ? body.length : Math.max(body.lastIndexOf('\n\n', SHOWN), body.indexOf('\n\n'));
  // A heading stays with what stands below it.
  const heading = /\n\n#[^\n]*$/.exec(body.slice(0, at));
  const cut = heading && at < body.length ? heading.index : at > 0 ? at : body.length;
  const [head, rest] = [body.slice(0, cut).trim(), body.slice(cut).trim()];
  const folded: Block[] = rest === '' ? [] : [{ type: 'details', summary: t('runbooks.more'), blocks: blocksOf(rest) }];
  return [...blocksOf(head), ...folded];
}

/** Headings become bold lines, tables lists, and fences code: what every platform has. */
function blocksOf(markdown: string): Block[] {
  const parts = markdown.split(/^```[^\n]*\n([\s\S]*?)^```[^\n]*$/m);
  return parts.flatMap((part, at): Block[] => {
    if (part.trim() === '') return [];
    return at % 2 === 1 ? [{ type: 'code', text: part.trimEnd() }] : [{ type: 'text', markdown: plainMarkdown(part) }];
  });
}

function plainMarkdown(part: string): string {
  return part
    .trim()
    .replaceAll(/^#{1,6}\s+(.*)$/gm, '**$1**')
    .replaceAll(/^\|.*\|\n\|[-|: ]+\|\n/gm, '')
    .replaceAll(/^\|\s*(.*?)\s*\|\s*(.*?)\s*\|$/gm, '- $1: $2')
    .replaceAll(/<(https:\/\/[^>\s]+)>/g, '[$1]($1)');
}

function table(all: z.infer<typeof found>['all'], t: FlowContext['t']): Block {
  return {
    type: 'table',
    caption: t('runbooks.list', { count: all.length }),
    head: [t('runbooks.column-name'), t('runbooks.column-title'), t('runbooks.column-when')],
    rows: all.map(({ name, title, when }) => [name, title, when]),
  };
}
