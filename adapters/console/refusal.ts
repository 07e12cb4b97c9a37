import { join } from 'node:path';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { readCatalogue } from '../../src/chat/messages.ts';
import type { Language, UserRef } from '../../src/chat/types.ts';
import type { Viewer } from './wire.ts';

/** Texts of the console in both languages, keys without the leading `console.`. */
export type Texts = Record<Language, ReadonlyMap<string, string>>;

/** What every route knows of its request. */
export interface ConsoleEnv {
  Variables: { user: UserRef };
}

/** Reads the console's texts below `directory` (templates/messages). */
export function loadTexts(directory: string): Texts {
  const read = (language: Language) =>
    new Map(
      [...readCatalogue(join(directory, language), 'console')]
        .filter(([key]) => key.startsWith('console.'))
        .map(([key, text]) => [key.slice('console.'.length), text]),
    );
  return { en: read('en'), zh: read('zh') };
}

/** The language a request asks for: `?lang`, else the first of Accept-Language. */
export function languageOf(c: Context): Language {
  const wanted = c.req.query('lang') ?? c.req.header('accept-language') ?? '';
  return wanted.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Who asks, and in which language. */
export const viewerOf = (c: Context<ConsoleEnv>): Viewer => ({ user: c.var.user, language: languageOf(c) });

/** Answers with the error shape of the API. The texts are `error.CODE` and, where there is one, `hint.CODE`. */
export type Refuse = (c: Context, status: ContentfulStatusCode, code: string, detail?: string) => Response;

/** Makes `Refuse` over the texts. `detail` takes the place of `{detail}` in them. */
export function createRefuse(texts: Texts): Refuse {
  return (c, status, code, detail = '') => {
    const say = (key: string) => texts[languageOf(c)].get(key)?.replaceAll('{detail}', detail);
    const hint = say(`hint.${code}`);
    return c.json({ code, message: say(`error.${code}`) ?? code, ...(hint ? { hint } : {}) }, status);
  };
}

/** Parses a request's JSON body, or refuses with 400 and names the field. */
export async function readBody<T>(c: Context, schema: z.ZodType<T>, refuse: Refuse): Promise<T | Response> {
  const json: unknown = await c.req.json().catch(() => undefined);
  if (json === undefined) return refuse(c, 400, 'invalid-json');
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : refuse(c, 400, 'invalid-body', z.prettifyError(parsed.error));
}
