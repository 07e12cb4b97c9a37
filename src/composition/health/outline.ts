import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';

/** Of a survey what everybody may hold: the rest stays where it was taken in. */
export type Outline = Pick<Survey, 'serverTime' | 'readings'> & { nodes: string[] };

export const outlineOf = ({ serverTime, readings, nodes }: Survey): Outline => ({
  serverTime,
  readings,
  nodes: nodes.map(({ name }) => name),
});

/** Takes a survey in, page by page. */
export interface SurveySink {
  /** Forgets what came before. */
  begin(): void;
  add(page: Record<string, unknown>): void;
  /** All pages are there. Rejects with SurveyUnreadable where they are no survey. */
  end(): Promise<Outline>;
}

/** What came is no survey. */
export class SurveyUnreadable extends Error {}
