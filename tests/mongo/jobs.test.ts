import { alarmClockContract } from '../jobs/contract.ts';

alarmClockContract('MongoDB', () => ({ dataDir: 'unused', mongoUrl: process.env.MONGODB_URL ?? '' }));
