import { MongoJobRepository } from '@agendajs/mongo-backend';
import type { AgendaBackend, JobParameters, JobRepositoryOptions } from 'agenda';
import { connectMongo } from '../storage/mongo-connection.ts';
import { AlarmGone, stateToKeep } from './running.ts';

const COLLECTION = 'alarms';

/** Agenda's jobs in MongoDB. It is connected here, before Agenda sees it, since Agenda waits for ever for one that is down. */
export async function openMongoBackend(url: string): Promise<AgendaBackend> {
  const { database, close } = await connectMongo(url);
  const repository = new AlarmRepository({ mongo: database, db: { collection: COLLECTION } });
  await repository.connect();
  await database.collection(COLLECTION).createIndex({ name: 1, 'data.key': 1 });
  return { name: 'MongoDB', repository, async connect() {}, disconnect: close };
}

class AlarmRepository extends MongoJobRepository {
  override async saveJobState(job: JobParameters, options: JobRepositoryOptions | undefined): Promise<void> {
    const state = stateToKeep(job);
    if (!state) return;
    try {
      await super.saveJobState(state, options);
    } catch (cause) {
      if (await this.getJobById(String(job._id))) throw cause;
      throw new AlarmGone(`Job ${job._id} (${job.name}) is not there any more`, { cause });
    }
  }

  /** Agenda does not wait for this, nor for its failure; a lock that stays expires by itself. */
  override async unlockJob(job: JobParameters): Promise<void> {
    await super.unlockJob(job).catch(() => undefined);
  }
}
