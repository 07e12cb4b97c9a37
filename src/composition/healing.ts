import { remedySchema } from '../../flows/incidents/remedies/schema.ts';
import type { PlanDraft } from '../flow/kit.ts';
import type { Prepared } from '../incidents/ports.ts';
import type { Incident } from '../incidents/records.ts';
import { createRemedyPlans, type RemedyPlanOptions } from './remedy-plans.ts';

/** From an incident's remedy to a plan. */
export function createPrepare(options: RemedyPlanOptions) {
  const planOf = createRemedyPlans(options);

  return async function prepare(incident: Incident, remedyId: string): Promise<Prepared<PlanDraft>> {
    const { finding, id, cluster, language } = incident;
    const offered = finding?.remedies.find((one) => one.id === remedyId);
    const remedy = remedySchema.safeParse(offered?.plan);
    if (!finding || !remedy.success)
      return { kind: 'refused', why: { key: 'incidents.refused.remedy', params: { id } } };
    const { object, summary } = finding;
    const why = { en: `${id}: ${summary.en}`, zh: `${id}：${summary.zh}` };
    return planOf({ cluster, remedy: remedy.data, why, object, about: id, actor: 'system', language });
  };
}
