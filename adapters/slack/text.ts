/** Slack's markup of what a person typed, as plain words: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages */
export function readText(text: string, bot: string): string {
  return text
    .replace(new RegExp(`<@${bot}(\\|[^>]*)?>`, 'g'), ' ')
    .replace(/<([^<>]+)>/g, (_, inner: string) => words(inner))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

/** What stands between angle brackets: a person, a channel, a group, a link. */
function words(inner: string): string {
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('@')) return `@${label ?? target.slice(1)}`;
  if (target.startsWith('#')) return `#${label ?? target.slice(1)}`;
  if (target.startsWith('!')) return label ?? `@${target.slice(1).replace(/^subteam\^/, '')}`;
  const bare = target.replace(/^(https?:\/\/|mailto:|tel:)/, '');
  // Slack makes links of what looks like one: then the words are what was typed.
  return label === undefined || label === target ? target : label === bare ? label : `${label} (${target})`;
}

/** Plain words as they may stand in a message's `text` without becoming a mention or a link. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

const DEEPEST = 8;
/** The fields of blocks and attachments that people read. */
const read = ['pretext', 'title', 'text', 'value', 'alt_text', 'fallback'];

/** The words in a message's attachments and blocks, such as Alertmanager's posts: each once, in the order in which they stand. */
export function wordsOf(parts: readonly unknown[]): string {
  const found: string[] = [];
  const look = (part: unknown, depth: number): void => {
    if (depth > DEEPEST || typeof part !== 'object' || part === null) return;
    if (Array.isArray(part)) {
      for (const item of part) look(item, depth);
      return;
    }
    const entries = Object.entries(part);
    for (const name of read) {
      const value: unknown = entries.find(([key]) => key === name)?.[1];
      if (typeof value === 'string' && value.trim() && !found.some((known) => known.includes(value.trim())))
        found.push(value.trim());
    }
    for (const [, value] of entries) look(value, depth + 1);
  };
  look(parts, 0);
  return found.join('\n');
}
