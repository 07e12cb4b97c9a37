/** When a job is to run, from a sentence: the five fields themselves, or everyday words. */

const FIELDS = /["'`]?(?<![\w*/])((?:[\d*][\d*/,-]*\s+){4}(?:[\d*][\d*/,-]*))["'`]?/;

export function scheduleIn(text: string): string | undefined {
  const fields = FIELDS.exec(text)?.[1];
  if (fields !== undefined && /\*/.test(fields)) return fields.trim().replaceAll(/\s+/g, ' ');
  const [, word] = /(?<!\w)(@(?:yearly|monthly|weekly|daily|hourly))\b/.exec(text) ?? [];
  return word ?? everyMinutes(text) ?? everyHours(text) ?? daily(text);
}

function everyMinutes(text: string): string | undefined {
  const minutes = Number(/(?:\bevery|每隔?)\s*(\d{1,2})\s*(?:minutes?|mins?|分钟)/i.exec(text)?.[1]);
  // A step that does not divide the hour would be uneven at its end.
  return minutes > 0 && 60 % minutes === 0 ? `*/${minutes} * * * *` : undefined;
}

function everyHours(text: string): string | undefined {
  if (/\bevery hour\b|\bhourly\b|每小时/i.test(text)) return '0 * * * *';
  const hours = Number(/(?:\bevery|每隔?)\s*(\d{1,2})\s*(?:hours?|个?小时)/i.exec(text)?.[1]);
  return hours > 0 && 24 % hours === 0 ? `0 */${hours} * * *` : undefined;
}

function daily(text: string): string | undefined {
  const found =
    /(?:\b(?:daily|every day|nightly|every night)(?: at)?|每[天日晚]|每天的?)\s*(?:凌晨|早上|上午)?\s*(\d{1,2})(?:[:点时](\d{2})?)?/i.exec(
      text,
    );
  const hour = Number(found?.[1]);
  const minute = Number(found?.[2] ?? 0);
  return found && hour < 24 && minute < 60 ? `${minute} ${hour} * * *` : undefined;
}
