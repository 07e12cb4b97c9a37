import type { ClarifyChoice, ClarifySources, ClarifyValues } from '../../src/flow/clarify/template.ts';
import { check } from './check.ts';
import type { Knowledge } from './knowledge.ts';
import { type Requirements, requirementsSchema } from './requirements.ts';

/** What the clarification of templates/clarify/plan-cluster.yaml takes from the planner. */
export function clarifySources(knowledge: Knowledge): ClarifySources {
  return {
    choices: {
      regions: () => knowledge.regions.map(regionChoice),
      versions: () => knowledge.versions.map(({ minor }) => sameLabel(minor)),
      instanceTypes: () =>
        knowledge.types.map(({ id }) => ({ ...sameLabel(id), synonyms: [id.replace(/^ecs\./, '')] })),
      images: () => knowledge.images.map(sameLabel),
    },
    check: (values) => refusalOf(values, knowledge),
  };
}

/** Requirements from a dialogue's values; fields that do not parse are left out. */
export function wantedOf(values: ClarifyValues): Requirements {
  const whole = requirementsSchema.safeParse(values);
  if (whole.success) return whole.data;
  const wrong = new Set(whole.error.issues.map(({ path }) => path[0]));
  return requirementsSchema.parse(Object.fromEntries(Object.entries(values).filter(([field]) => !wrong.has(field))));
}

/**
 * Refuses what cannot be had by what is known so far and could be had otherwise; the rest the flow refuses, with ways on. Zones that no
 * data file names the cloud may still tell.
 */
function refusalOf(values: ClarifyValues, knowledge: Knowledge) {
  const refusal = check(wantedOf(values), knowledge).find(
    ({ code, nearest }) => code !== 'zones-unknown' && nearest.length > 0,
  );
  const nearest = refusal?.nearest[0];
  return refusal && nearest && { reason: refusal.message, nearest: { [nearest.field]: nearest.value } };
}

const sameLabel = (id: string): ClarifyChoice => ({ id, label: { en: id, zh: id } });

/** `华东1（杭州）` is known by either part, `China (Hangzhou)` by its city. */
function regionChoice({ id, en, zh }: Knowledge['regions'][number]): ClarifyChoice {
  const parts = [...zh.split(/[（）]/), ...en.split(/[()]/)].map((part) => part.trim());
  return { id, label: { en: `${en}`, zh }, synonyms: [...new Set(parts.filter((part) => part && part !== 'China'))] };
}
