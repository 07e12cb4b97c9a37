import type { PreviewLimit, PreviewSource, PreviewView } from '../../adapters/console/wire.ts';
import type { Rendered, RenderOptions } from '../../adapters/slack/render.ts';
import { hasRole, type Policy } from '../approvals/policy.ts';
import type { Translate } from '../chat/messages.ts';
import type { OutboxRow } from '../chat/outbox.ts';
import type { Language, Outgoing, UserRef } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';

export interface PreviewOptions {
  policy: Policy;
  rows: Collection<OutboxRow>;
  translate: Record<Language, Translate>;
  timeZone: string;
  consoleUrl?: string | undefined;
}

const NEWEST = 100;

/** Cards as each platform shows them, from the outbox. The renderers are loaded when somebody looks for the first time. */
export function createPreview(options: PreviewOptions): PreviewSource {
  const { policy, rows } = options;
  const allows = (user: UserRef) => hasRole(policy, user, ['operator', 'approver']);
  return {
    allows: ({ user }) => allows(user),
    async list({ user }) {
      if (!allows(user)) return [];
      const newest = await rows.find({ orderBy: 'updatedAt', descending: true, limit: NEWEST });
      return newest
        .filter(isOpen)
        .flatMap(({ id, message: { card }, updatedAt }) => (card ? [{ id, title: card.title, at: updatedAt }] : []));
    },
    async render({ user, language }, what) {
      if (!allows(user)) return undefined;
      if ('message' in what) return viewOf({ ...what.message, language }, options);
      const row = await rows.get(what.id);
      return row && isOpen(row) ? viewOf({ ...row.message, language }, options) : undefined;
    },
  };
}

/** What somebody was told between four eyes in a chat is nobody else's. */
function isOpen({ conversation: { kind, platform } }: OutboxRow): boolean {
  return kind === 'group' || platform === 'web';
}

async function viewOf(message: Outgoing, { translate, timeZone, consoleUrl }: PreviewOptions): Promise<PreviewView> {
  const { slack, slackShapes, dingtalk, dingtalkCard, dingtalkControls } = await renderers();
  const slackOptions = { translate, charts: 'native' as const, timeZone };
  const blocks = slack.renderMessage(message, slackOptions);
  const markdown = dingtalk.renderMarkdown(message, { translate, consoleUrl });
  const card = dingtalkCard.renderCard(message, { translate, consoleUrl });
  return {
    message,
    slack: {
      ...blocks,
      parts: blocks.parts.map((part) => ({ ...part, limits: slackLimits(part, slackShapes) })),
      windows: openersIn(blocks).flatMap((id) => windowOf(message, id, { slack, options: slackOptions }) ?? []),
    },
    dingtalk: {
      ...markdown,
      parts: markdown.parts.map((part) => ({
        ...part,
        limits: [{ name: 'characters', used: part.text.length, most: dingtalk.PART_CHARS }],
      })),
    },
    dingtalkCard: {
      ...card,
      limits: [{ name: 'buttons', used: countOf(card.params.btns), most: dingtalkControls.MOST_BUTTONS }],
    },
  };
}

function openersIn({ parts }: Rendered): string[] {
  const rows = parts.flatMap(({ blocks }) => blocks.flatMap((block) => (block.type === 'actions' ? [block] : [])));
  return rows.flatMap(({ elements }) => elements.map((element) => element.action_id ?? ''));
}

interface Windows {
  slack: typeof import('../../adapters/slack/render.ts');
  options: RenderOptions;
}

/** The window that a button of the card opens in Slack, if it opens one. */
function windowOf({ card, language }: Outgoing, actionId: string, { slack, options }: Windows) {
  const [, kind, rest = ''] = /^~(form|fold):(.*)$/.exec(actionId) ?? [];
  if (!card || kind === undefined) return undefined;
  return kind === 'form'
    ? slack.renderForm({ card, language }, rest, options)
    : slack.renderFold({ card, language }, Number(rest), options);
}

async function renderers() {
  const [slack, slackShapes, dingtalk, dingtalkCard, dingtalkControls] = await Promise.all([
    import('../../adapters/slack/render.ts'),
    import('../../adapters/slack/render-shapes.ts'),
    import('../../adapters/dingtalk/render.ts'),
    import('../../adapters/dingtalk/render-card.ts'),
    import('../../adapters/dingtalk/render-controls.ts'),
  ]);
  return { slack, slackShapes, dingtalk, dingtalkCard, dingtalkControls };
}

type Part = { text: string; blocks: unknown[] };

function slackLimits(
  { text, blocks }: Part,
  { LIMITS, jsonSize }: typeof import('../../adapters/slack/render-shapes.ts'),
): PreviewLimit[] {
  return [
    { name: 'blocks', used: blocks.length, most: LIMITS.blocks },
    { name: 'json', used: jsonSize(blocks), most: LIMITS.json },
    { name: 'text', used: text.length, most: LIMITS.text },
  ];
}

const countOf = (json = '[]'): number => {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.length : 0;
};
