import type { Translate } from '../chat/messages.ts';
import { escapeLine, visibleText } from '../chat/plain.ts';
import type { Language } from '../chat/types.ts';
import { beganAt, happeningMessage, objectText } from './card.ts';
import type { Incident } from './records.ts';

/** A draft in Markdown from what is known: facts are filled in, judgement is left to people. */
export function postMortem(
  incident: Incident,
  t: Translate,
  language: Language,
  timeText: (at: number) => string,
): string {
  const { finding, cluster, timeline, attempts, openedAt, resolvedAt, alertCount, alertNames, flaps } = incident;
  const heading = (key: string) => `## ${t(`incidents.post-mortem.${key}`)}`;
  const line = (key: string, value: string) => `- ${t(`incidents.post-mortem.${key}`)}: ${value}`;
  const minutes = resolvedAt === undefined ? undefined : Math.max(1, Math.round((resolvedAt - openedAt) / 60_000));
  const what = finding ? `${finding.cause} · ${objectText(finding.object)}` : alertNames.join(', ');
  const parts = [
    `# ${incident.id}: ${escapeLine(what)}`,
    '',
    escapeLine(finding ? finding.summary[language] : incident.title[language]),
    '',
    heading('facts'),
    line('cluster', `${escapeLine(cluster.name)} (${cluster.environment})`),
    line('began', timeText(beganAt(incident))),
    line('noticed', timeText(openedAt)),
    line('ended', resolvedAt === undefined ? t('incidents.post-mortem.not-yet') : timeText(resolvedAt)),
    ...(minutes === undefined ? [] : [line('lasted', t('incidents.post-mortem.minutes', { minutes }))]),
    line('affected', escapeLine((finding?.symptoms ?? []).map(objectText).slice(0, 20).join(', ')) || '–'),
    line('alerts', alertCount === 0 ? '–' : `${alertCount} (${escapeLine(alertNames.join(', '))})`),
    ...(flaps > 0 ? [line('flaps', `${flaps}`)] : []),
    '',
    heading('evidence'),
    ...(finding?.evidence ?? []).map(
      ({ id, source, text, time }) => `- **${id}** ${time ? `${time} ` : ''}\`${code(source)}\`: \`${code(text)}\``,
    ),
    '',
    heading('timeline'),
    ...timeline.map(
      (happening) =>
        `- ${timeText(happening.at)} ${escapeLine(t(happeningMessage(happening)))}${happening.by ? ` (${escapeLine(happening.by)})` : ''}`,
    ),
    '',
    heading('actions'),
    ...attempts.map(
      (one) =>
        `- ${escapeLine(one.title[language])}: ${t(`incidents.attempt-${one.state}`)}${one.taskId ? `, ${one.taskId}` : ''}${one.approvedBy ? `, ${escapeLine(one.approvedBy)}` : ''}${one.why ? ` (${escapeLine(one.why)})` : ''}`,
    ),
    '',
    heading('unseen'),
    ...incident.unknown.map(({ what: thing, why }) => `- ${escapeLine(thing)}: ${escapeLine(why)}`),
    '',
    heading('why'),
    t('incidents.post-mortem.to-fill'),
    '',
    heading('next'),
    t('incidents.post-mortem.to-fill'),
    '',
  ];
  return parts.join('\n');
}

/** Untrusted text inside a code span stays there. */
const code = (text: string): string => visibleText(text).replaceAll('`', "'").replaceAll(/\s+/g, ' ').trim() || '–';
