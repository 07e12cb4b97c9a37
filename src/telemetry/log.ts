import { type Logger, pino } from 'pino';

export type Log = Logger;

/** A structured log to standard error: static messages, data as fields. Known secret fields are removed, wherever they stand. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['*.password', '*.secret', '*.token', '*.accessKeySecret', '*.authorization'],
        censor: '<secret>',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
