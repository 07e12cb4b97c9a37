import { z } from 'zod';
import type { Checked } from '../../src/chat/types.ts';
import { type ApiOptions, createApi } from './api.ts';
import { DingTalkError, isFailure } from './errors.ts';
import { renderCard } from './render-card.ts';

/** Whether the credentials work and the template is there. Asks DingTalk and sends nothing to anybody. */

export interface CheckOptions extends ApiOptions, Pick<Parameters<typeof renderCard>[1], 'translate'> {
  cardTemplateId?: string | undefined;
}

/** Looks at everything that a set-up can get wrong, one finding each. */
export async function checkDingTalk(options: CheckOptions): Promise<Checked[]> {
  const api = createApi(options);
  try {
    // A ticket that nobody uses runs out by itself.
    await api.open([{ type: 'EVENT', topic: '*' }], AbortSignal.timeout(10_000));
  } catch (error) {
    return [
      {
        ok: false,
        detail: `stream gateway: ${reason(error)}`,
        mend: isFailure(error, 'unreachable')
          ? 'Check the network, and DINGTALK_API_BASE where another cloud is meant'
          : 'Copy client id and secret of the app to DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET; see docs/dingtalk.md',
      },
    ];
  }
  return [{ ok: true, detail: 'credentials are right, and the stream gateway answers' }, await checkTemplate(options)];
}

const created = z.object({ result: z.unknown() });

/** A card that is made and delivered to nobody: https://open.dingtalk.com/document/orgapp/interface-for-creating-a-card-instance */
async function checkTemplate(options: CheckOptions): Promise<Checked> {
  const { cardTemplateId, translate, clock } = options;
  if (!cardTemplateId)
    return {
      ok: true,
      detail: 'no card template: cards are sent as Markdown',
      mend: 'For cards with buttons, import deploy/dingtalk/card.json and set DINGTALK_CARD_TEMPLATE_ID; see docs/dingtalk.md',
    };
  const card = { id: 'doctor', rev: 1, title: 'doctor', tone: 'neutral' as const, blocks: [] };
  const { params } = renderCard({ text: 'doctor', language: 'en', card }, { translate });
  try {
    const answer = await createApi(options).call('POST', 'card/instances', {
      cardTemplateId,
      outTrackId: `doctor-${clock()}`,
      callbackType: 'STREAM',
      userIdType: 1,
      cardData: { cardParamMap: params },
    });
    created.parse(answer);
    return { ok: true, detail: 'the card template takes our card' };
  } catch (error) {
    return {
      ok: false,
      detail: `card template: ${reason(error)}`,
      mend: isFailure(error, 'permission')
        ? 'Give the app the permission Card.Instance.Write; see docs/dingtalk.md'
        : 'Import deploy/dingtalk/card.json, publish it, and set DINGTALK_CARD_TEMPLATE_ID to its id; see docs/dingtalk.md',
    };
  }
}

function reason(error: unknown): string {
  if (error instanceof DingTalkError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : 'unknown';
}
