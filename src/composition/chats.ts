import type { Pictures } from '../charts/pictures.ts';
import type { AnyChart, ChatPort, ConversationRef, Language, Person, PlatformId, UserRef } from '../chat/types.ts';
import type { Ground } from './ground.ts';

/** The places where it talks. */
export type Chats = Map<PlatformId, ChatPort>;

/** The chat platforms that have settings. Their packages are large, so each is loaded only where it is used. */
export async function openChats(
  { config, log, translate, clock, onError }: Ground,
  pictures: Pictures,
): Promise<ChatPort[]> {
  const { SLACK_BOT_TOKEN, DINGTALK_CLIENT_ID, DINGTALK_CLIENT_SECRET } = config;
  const picture = (chart: AnyChart, title: string, language: Language) => pictures.png(chart, title, language);
  const common = { translate, language: config.LANGUAGE, timeZone: config.TIMEZONE, clock, picture, onError };
  const chats: ChatPort[] = [];
  if (SLACK_BOT_TOKEN) {
    const { createSlack } = await import('../../adapters/slack/adapter.ts');
    chats.push(
      createSlack({
        ...common,
        botToken: SLACK_BOT_TOKEN,
        appToken: config.SLACK_APP_TOKEN,
        signingSecret: config.SLACK_SIGNING_SECRET,
        httpHost: config.CONSOLE_HOST,
        httpPort: config.SLACK_HTTP_PORT,
        apiUrl: config.SLACK_API_URL,
        log: log.child({ room: 'slack' }),
      }),
    );
  }
  if (DINGTALK_CLIENT_ID && DINGTALK_CLIENT_SECRET) {
    const { createDingTalk } = await import('../../adapters/dingtalk/adapter.ts');
    chats.push(
      createDingTalk({
        ...common,
        clientId: DINGTALK_CLIENT_ID,
        clientSecret: DINGTALK_CLIENT_SECRET,
        robotCode: config.DINGTALK_ROBOT_CODE ?? DINGTALK_CLIENT_ID,
        cardTemplateId: config.DINGTALK_CARD_TEMPLATE_ID,
        apiBase: config.DINGTALK_API_BASE,
        oapiBase: config.DINGTALK_OAPI_BASE,
        consoleUrl: config.CONSOLE_URL,
        log: log.child({ room: 'dingtalk' }),
      }),
    );
  }
  return chats;
}

/** Who that is. Where a platform knows only its own people, everybody is inside; where it cannot be asked, nobody knows. */
export async function whoIs(chats: Chats, user: UserRef): Promise<Person | undefined> {
  const chat = chats.get(user.platform);
  if (!chat) return undefined;
  return chat.person ? chat.person(user) : { outside: false, ...(user.name !== undefined && { name: user.name }) };
}

/** Shows a long turn where the platform can. */
export function activityOf(chats: Chats, place: ConversationRef, viewer: UserRef) {
  return chats.get(place.platform)?.activity?.(place, viewer);
}
