import { type Call, chinaTime, type Handler, pageOf } from '../call.ts';
import type { Task } from '../documents.ts';
import { notFound, refusal } from '../errors.ts';
import { derivedUuid, requestId } from '../ids.ts';
import { findCluster } from '../state.ts';
import { type Progress, progressOf, secondsBefore } from '../tasks.ts';
import type { World } from '../world.ts';
import { accepted } from './pools.ts';

function findTask({ world, path }: Call): Task {
  const task = world.tasks.get(path.task ?? '');
  if (!task) throw notFound('ErrorTaskNotFound', `task ${path.task} not found`);
  return task;
}

const updatedAt = (world: World, progress: Progress): number => progress.endedAt ?? world.now();

const errorOf = (task: Task, progress: Progress) =>
  progress.state === 'fail' && task.fault?.kind === 'fail'
    ? { error: { code: task.fault.code, message: task.fault.message } }
    : {};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describetaskinfo */
export const describeTaskInfo: Handler = (call) => {
  const task = findTask(call);
  const progress = progressOf(task, call.world.now());
  return {
    task_id: task.id,
    cluster_id: task.clusterId,
    task_type: task.type,
    state: progress.state,
    created: chinaTime(task.createdAt),
    updated: chinaTime(updatedAt(call.world, progress)),
    current_stage: task.stages[progress.stage]?.name,
    target: task.target,
    parameters: {},
    stages: wireStages(task, progress),
    events: eventsOf(call.world, task).map((event) => ({
      action: event.reason,
      level: event.level,
      message: event.message,
      reason: event.reason,
      source: 'ACK',
      timestamp: String(Math.round(event.at)),
    })),
    task_result: task.instanceIds.map((data) => ({ data, status: resultStatus(progress.state) })),
    ...errorOf(task, progress),
  };
};

const resultStatus = (state: Progress['state']): string =>
  state === 'success' ? 'success' : state === 'running' || state === 'paused' ? 'initial' : 'failed';

/** The stages that have begun. */
function wireStages(task: Task, progress: Progress) {
  return task.stages.slice(0, progress.stage + 1).map((stage, index) => {
    const last = index === progress.stage;
    const state = last ? progress.state : 'success';
    const from = task.startsAt + secondsBefore(task, index) * 1000;
    const until = last ? progress.endedAt : from + stage.seconds * 1000;
    return {
      state,
      start_time: chinaTime(from),
      end_time: until === undefined ? '' : chinaTime(until),
      message: `${state === 'success' ? 'success to' : state} ${stage.name}`,
      outputs: {},
    };
  });
}

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclustertasks */
export const describeClusterTasks: Handler = ({ world, path, query }) => {
  const cluster = findCluster(world, path.cluster);
  const page = pageOf(world.tasks.list(cluster.id).reverse(), query.page_number, query.page_size);
  const tasks = page.items.map((task) => {
    const progress = progressOf(task, world.now());
    return {
      task_id: task.id,
      task_type: task.type,
      state: progress.state,
      created: chinaTime(task.createdAt),
      updated: chinaTime(updatedAt(world, progress)),
      ...errorOf(task, progress),
    };
  });
  return {
    tasks,
    page_info: { page_number: page.number, page_size: page.size, total_count: page.total },
    requestId: requestId(),
  };
};

/** The task and those that are stages of it, of which `state` says which may be changed. */
function family(call: Call, state: Progress['state']): Task[] {
  const task = findTask(call);
  const now = call.world.now();
  if (progressOf(task, now).state !== state)
    throw refusal('ErrorTaskState', `task ${task.id} is ${progressOf(task, now).state}`);
  const children = call.world.tasks.list(task.clusterId).filter((other) => other.parentId === task.id);
  return [task, ...children.filter((child) => progressOf(child, now).state === state)];
}

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-canceltask */
export const cancelTask: Handler = (call) => {
  const state = progressOf(findTask(call), call.world.now()).state === 'paused' ? 'paused' : 'running';
  const cancelledAt = call.world.now();
  for (const task of family(call, state)) call.world.tasks.put({ ...task, cancelledAt: task.pausedAt ?? cancelledAt });
  return accepted(call, {});
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-pausetask */
export const pauseTask: Handler = (call) => {
  for (const task of family(call, 'running')) call.world.tasks.put({ ...task, pausedAt: call.world.now() });
  return accepted(call, {});
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-resumetask */
export const resumeTask: Handler = (call) => {
  const now = call.world.now();
  for (const { pausedAt = now, ...task } of family(call, 'paused')) {
    call.world.tasks.put({ ...task, startsAt: task.startsAt + now - pausedAt });
  }
  return accepted(call, {});
};

interface Event {
  at: number;
  level: 'info' | 'error';
  reason: 'Started' | 'Succeeded' | 'Failed' | 'Canceled';
  message: string;
}

/** What has been said about a task so far: its start, each finished stage, its end. */
function eventsOf(world: World, task: Task): Event[] {
  const now = world.now();
  if (now < task.startsAt) return [];
  const progress = progressOf(task, now);
  const what = `${task.type} ${task.target.type} ${task.target.id}`;
  const events: Event[] = [{ at: task.startsAt, level: 'info', reason: 'Started', message: `Start to ${what}` }];
  for (const [index, stage] of task.stages.slice(0, progress.stage).entries()) {
    const at = task.startsAt + secondsBefore(task, index + 1) * 1000;
    events.push({ at, level: 'info', reason: 'Succeeded', message: `Succeeded to ${stage.name} for ${what}` });
  }
  const at = progress.endedAt ?? now;
  if (progress.state === 'success')
    events.push({ at, level: 'info', reason: 'Succeeded', message: `Succeeded to ${what}` });
  if (progress.state === 'canceled')
    events.push({ at, level: 'info', reason: 'Canceled', message: `Canceled ${what}` });
  const { error } = errorOf(task, progress);
  if (error)
    events.push({
      at,
      level: 'error',
      reason: 'Failed',
      message: `Failed to ${what}: ${error.code}: ${error.message}`,
    });
  return events;
}

/** Newest first. https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclusterevents */
export const describeEvents: Handler = ({ world, path, query }) => {
  const clusterId = path.cluster ? findCluster(world, path.cluster).id : query.cluster_id;
  const events = world.tasks
    .list(clusterId)
    .filter((task) => !query.task_id || task.id === query.task_id)
    .filter((task) => !query.type || task.type === query.type)
    .flatMap((task) => eventsOf(world, task).map((event, n) => ({ task, event, n })))
    .sort((a, b) => b.event.at - a.event.at);
  const page = pageOf(events, query.page_number, query.page_size ?? '50');
  return {
    events: page.items.map(({ task, event, n }) => ({
      event_id: `e-${derivedUuid(`${task.id}/${n}`)}`,
      cluster_id: task.clusterId,
      source: 'task',
      subject: task.target.id,
      time: chinaTime(event.at),
      type: task.type,
      data: { level: event.level, reason: event.reason, message: event.message },
    })),
    page_info: { page_number: page.number, page_size: page.size, total_count: page.total },
  };
};
