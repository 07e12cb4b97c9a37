import { asObject, isHeld, objectText } from '../objects.ts';
import { type Check, finding } from './check.ts';

/** A roll-out that is paused, and stays so. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment */
export const held: Check = ({ parts }) =>
  parts
    .filter(
      ({ object, present }) => isHeld(object) || (present?.isHeld === true && !('paused' in asObject(object.spec))),
    )
    .map(({ object }) => finding('block', 'held', { object: objectText(object), name: object.metadata.name }));
