import { openAlarmClock } from '../../src/jobs/alarm-clock.ts';

/** A process of its own whose handler of the alarm `handled` never ends: it says `ringing`, to be killed then. */
const [where = '', name = ''] = process.argv.slice(2);
const clock = await openAlarmClock({ ...JSON.parse(where), onError: console.error });
await clock.start({
  [name]: () => {
    console.log('ringing');
    return new Promise(() => undefined);
  },
});
await clock.set(name, 'overdue', Date.now() + 1500);
await clock.set(name, 'handled', Date.now());
