import type { Translate } from '../chat/messages.ts';
import { escapeLine, escapeMarkdown, visibleText } from '../chat/plain.ts';
import type { Block, Card, Language, Tone } from '../chat/types.ts';
import { sentencesOf } from './answer.ts';
import type { Progress } from './progress.ts';
import type { Claim, Evidence, Investigation } from './types.ts';

/** The living card of an investigation. All that a model or a cluster wrote stands in it as plain text: no links, no mentions. */

export interface AgentLook {
  t: Translate;
  language: Language;
  /** IANA zone in which times are shown. */
  timeZone: string;
  /** Grows with each version of the card. */
  rev: number;
}

const SHOWN_STEPS = 8;
const SHOWN_TEXT = 1200;
const SHOWN_CLAIMS = 8;
const SHOWN_EVIDENCE = 40;
const SHOWN_CHARTS = 2;
const LONGEST_QUESTION = 120;
const LONGEST_SOURCE = 160;
const LONGEST_EVIDENCE = 300;

/** The same card from the first step to the answer. */
export function investigationCard(shown: Progress | Investigation, look: AgentLook): Card {
  const { t, rev } = look;
  const over = 'ending' in shown;
  const question = visibleText(shown.question).replaceAll(/\s+/g, ' ').trim();
  const short = question.length > LONGEST_QUESTION ? `${question.slice(0, LONGEST_QUESTION)}…` : question;
  return {
    id: investigationCardId(shown.id),
    rev,
    title: t('agent.title', { question: short }),
    tone: over ? toneOf(shown) : 'info',
    blocks: over ? resultBlocks(shown, look) : progressBlocks(shown, t),
    ...(over && { footer: usageText(shown, t), closed: true }),
  };
}

/** The id of an investigation's card. */
export const investigationCardId = (id: string): string => `agent-${id}`;

function toneOf({ ending, claims }: Investigation): Tone {
  if (ending === 'failed') return 'danger';
  return ending === 'answered' && claims.some(({ standing }) => standing === 'supported') ? 'success' : 'warning';
}

function progressBlocks({ id, steps, text }: Progress, t: Translate): Block[] {
  const left = steps.length - SHOWN_STEPS;
  const shown = steps.slice(-SHOWN_STEPS).map((step) => ({
    ...step,
    title: shortened(step.title, LONGEST_SOURCE),
    ...(step.detail !== undefined && { detail: shortened(step.detail, LONGEST_SOURCE) }),
  }));
  const more = t('agent.steps-more', { count: left });
  const listed = left > 0 ? [{ id: 'earlier', title: more, status: 'done' as const }, ...shown] : shown;
  // Between two looks nothing else would show that it goes on.
  const isQuiet = text.trim() === '' && !steps.some(({ status }) => status === 'running');
  const all = isQuiet
    ? [...listed, { id: 'thinking', title: t('agent.thinking'), status: 'running' as const }]
    : listed;
  return [
    { type: 'text', markdown: t('agent.looking') },
    ...(all.length > 0 ? [{ type: 'progress' as const, title: t('agent.steps'), steps: all }] : []),
    ...(text.trim() === ''
      ? []
      : [{ type: 'text' as const, markdown: `_${t('agent.writing')}_\n${escapeMarkdown(text.slice(-SHOWN_TEXT))}` }]),
    { type: 'buttons', items: [{ id: `agent-stop:${id}`, label: t('agent.stop') }] },
  ];
}

function resultBlocks(investigation: Investigation, look: AgentLook): Block[] {
  const { t } = look;
  const { ending, failure, claims, notChecked, runbooks, evidence } = investigation;
  const word = ending === 'answered' ? '' : t(`agent.ending.${ending}`, { message: failure?.message ?? '' });
  const [answer, rest] = answerText(investigation, t);
  const unchecked = notChecked.map((one) => `- ${escapeLine(one)}`).join('\n');
  const names = runbooks.map((name) => escapeLine(name)).join(', ');
  return [
    ...text(word && `**${escapeLine(word)}**`),
    ...text(answer || (ending === 'failed' ? '' : t('agent.no-answer'))),
    ...claimBlocks(rest, t),
    ...text(unchecked && `**${t('agent.not-checked')}**\n${unchecked}`),
    ...text(remedyText(investigation, t)),
    ...charts(evidence, claims),
    ...text(names && t('agent.runbooks', { names })),
    ...evidenceBlocks(evidence, look),
  ];
}

const text = (markdown: string): Block[] => (markdown === '' ? [] : [{ type: 'text', markdown }]);

/** The summary, each sentence that is doubtful or only reported marked; of prose, whose first sentence is its first claim, that claim. */
function answerText(
  { summary, unsupported = [], reported = [], claims }: Investigation,
  t: Translate,
): [string, Claim[]] {
  const [first, ...others] = claims;
  if (first && first.text === summary) return [claimLine(first, t), others];
  const sentences = sentencesOf(summary).map((sentence) => {
    const said = escapeLine(sentence);
    if (unsupported.includes(sentence.trim())) return `${said} _${t('agent.unsupported')}_`;
    return reported.includes(sentence.trim()) ? `${said} _${t('agent.only-reported')}_` : said;
  });
  return [sentences.join(' '), claims];
}

function claimLine({ text: said, cites, standing, missing, heard }: Claim, t: Translate): string {
  const ids = cites.length > 0 ? ` · ${cites.join(', ')}` : '';
  if (standing === 'supported') return `${escapeLine(said)}${ids}`;
  if (standing === 'reported')
    return `_${t('agent.reported')}:_ ${escapeLine(said)}${ids} (${t(`agent.heard.${heard?.[0] ?? 'text'}`)})`;
  return `_${t('agent.hypothesis')}:_ ${escapeLine(said)}${ids} (${t(`agent.missing.${missing ?? 'no-evidence'}`)})`;
}

const RANKS = { supported: 0, reported: 1, hypothesis: 2 } as const;

/** Claims with the ids of their evidence; what is shown comes before what is reported, and that before what is guessed. */
export function claimBlocks(claims: Claim[], t: Translate): Block[] {
  const ranked = [...claims].sort((a, b) => RANKS[a.standing] - RANKS[b.standing]);
  const list = (some: Claim[]) => text(some.map((claim) => `- ${claimLine(claim, t)}`).join('\n'));
  const more = ranked.slice(SHOWN_CLAIMS);
  const folded: Block[] =
    more.length === 0
      ? []
      : [{ type: 'details', summary: t('agent.claims-more', { count: more.length }), blocks: list(more) }];
  return [...list(ranked.slice(0, SHOWN_CLAIMS)), ...folded];
}

function remedyText({ remedies }: Investigation, t: Translate): string {
  if (remedies.length === 0) return '';
  const lines = remedies.map(({ remedy, why, rests }) => {
    const line = `- ${escapeLine(remedyLabel(remedy, t))}: ${escapeLine(why)}`;
    return rests === 'reported' ? `${line} _${t('agent.only-reported')}_` : line;
  });
  return `**${t('agent.remedies')}**\n${lines.join('\n')}`;
}

/** What a remedy would do to what. */
function remedyLabel(remedy: Investigation['remedies'][number]['remedy'], t: Translate): string {
  const key = `incidents.do-${String(remedy.id)}`;
  const { target, node, to, replicas } = remedy;
  const named = target !== null && typeof target === 'object' && !Array.isArray(target) ? target : undefined;
  const { kind, namespace, name } = named ?? {};
  const place = [namespace, name].filter((part) => typeof part === 'string').join('/');
  const object = named ? `${String(kind ?? '')} ${place}`.trim() : typeof node === 'string' ? node : '';
  const value = to ?? replicas;
  const what = [t.has(key) ? t(key) : String(remedy.id), object].filter(Boolean).join(' · ');
  return value === undefined || value === null ? what : `${what} → ${String(value)}`;
}

/** The curves that supported claims go by. */
function charts(evidence: Evidence[], claims: Claim[]): Block[] {
  const cited = new Set(claims.flatMap(({ cites, standing }) => (standing === 'supported' ? cites : [])));
  return evidence
    .filter(({ id }) => cited.has(id))
    .flatMap(({ chart }) => (chart ? [{ type: 'chart' as const, ...chart }] : []))
    .slice(0, SHOWN_CHARTS);
}

/** Evidence as a table, folded away. */
export function evidenceBlocks(evidence: Evidence[], look: Pick<AgentLook, 't' | 'language' | 'timeZone'>): Block[] {
  if (evidence.length === 0) return [];
  const { t } = look;
  const summary = t('agent.evidence', { count: evidence.length });
  const rows = evidence
    .slice(0, SHOWN_EVIDENCE)
    .map(({ id, source, time, text: said }) => [
      id,
      shortened(source, LONGEST_SOURCE),
      time === undefined ? '' : timeText(time, look),
      shortened(said, LONGEST_EVIDENCE),
    ]);
  const left = evidence.length - SHOWN_EVIDENCE;
  if (left > 0) rows.push(['…', t('agent.evidence-more', { count: left }), '', '']);
  const head = ['id', 'source', 'time', 'text'].map((column) => t(`agent.column-${column}`));
  return [{ type: 'details', summary, blocks: [{ type: 'table', caption: summary, head, rows }] }];
}

function usageText({ usage }: Investigation, t: Translate): string {
  const { steps, toolCalls: calls, tokens, seconds, money } = usage;
  const said = t('agent.usage', { steps, calls, tokens, seconds: Math.round(seconds) });
  return money === undefined ? said : t('agent.usage-money', { usage: said, money: money.toFixed(4) });
}

const shortened = (said: string, most: number): string => {
  const line = visibleText(said).replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
};

function timeText(time: string, { language, timeZone }: Pick<AgentLook, 'language' | 'timeZone'>): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return shortened(time, 40);
  const style = { dateStyle: 'short', timeStyle: 'medium', timeZone } as const;
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', style).format(at);
}
