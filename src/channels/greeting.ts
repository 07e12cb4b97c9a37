import { COPILOT } from '../approvals/system-users.ts';
import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { plainText } from '../chat/plain.ts';
import { type Button, type Card, type ConversationRef, type Language, placeKey } from '../chat/types.ts';
import { placeHash } from './card.ts';
import type { Channels } from './channels.ts';
import { wholePlace } from './settings.ts';

export interface GreetingOptions {
  channels: Pick<Channels, 'enter' | 'languageOf'>;
  outbox: Pick<Outbox, 'put'>;
  translate: Record<Language, Translate>;
}

/** Says who came when the bot is brought into a group, once for each place, and notes the place for the settings. */
export function createGreeting({ channels, outbox, translate }: GreetingOptions) {
  return async function joined(conversation: ConversationRef): Promise<void> {
    const place = wholePlace(conversation);
    await channels.enter(place, COPILOT);
    const language = channels.languageOf(place);
    const card = greetingCard(placeKey(place), translate[language]);
    await outbox.put(card.id, place, { text: plainText(card), card, language });
  };
}

function greetingCard(key: string, t: Translate): Card {
  const words = (name: string): Button => ({
    id: `send:${t(`channels.greeting.${name}`)}`,
    label: t(`channels.greeting.${name}`),
  });
  return {
    id: `greeting-${placeHash(key)}`,
    rev: 1,
    title: t('channels.greeting.title'),
    tone: 'info',
    blocks: [
      { type: 'text', markdown: t('channels.greeting.abilities') },
      { type: 'text', markdown: t('channels.greeting.quiet') },
      { type: 'buttons', items: [{ ...words('settings'), style: 'primary' }, words('help')] },
    ],
  };
}
