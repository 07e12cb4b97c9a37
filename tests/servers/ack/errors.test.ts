import { afterEach, expect, it } from 'vitest';
import { vendorFailure } from '../../../servers/ack/cloud/failure.ts';
import { hintFor } from '../../../servers/ack/hints.ts';
import { type Answer, clusterSpec, connectAck, startStub } from './support.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function ackOver(answers: Parameters<typeof startStub>[0]) {
  const stub = await startStub({
    DescribeClustersForRegion: () => ({ body: { clusters: [] } }),
    DescribeKubernetesVersionMetadata: () => ({ body: [] }),
    ...answers,
  });
  const ack = await connectAck(stub.url);
  cleanups.push(ack.close, stub.stop);
  const create = async () => (await ack.call('cluster_create', { ...clusterSpec, idempotencyKey: 'key-1' })).data;
  return { stub, ack, create };
}

const failing = (status: number, body: object) => ({ CreateCluster: (): Answer => ({ status, body }) });

it("passes the cloud's own code, text, request id and details through, with a hint", async () => {
  const { create } = await ackOver(
    failing(400, { code: 'InvalidPodVswitchIds', message: 'bad', data: ['pod_vswitch_ids'], request_id: 'R-1' }),
  );
  expect(await create()).toEqual({
    code: 'InvalidPodVswitchIds',
    message: 'bad',
    requestId: 'R-1',
    retryable: false,
    ambiguous: false,
    hint: hintFor('InvalidPodVswitchIds'),
    details: ['pod_vswitch_ids'],
  });
});

it.each([
  [
    'a throttled write is refused for sure',
    400,
    { code: 'Throttling.User', message: 'slow' },
    { retryable: true, ambiguous: false },
  ],
  [
    'a write that met a server error may have happened',
    500,
    { code: 'InternalError', message: 'oops' },
    { retryable: true, ambiguous: true },
  ],
  [
    'an error without a code is UNKNOWN',
    400,
    { message: '?' },
    { code: 'UNKNOWN', retryable: false, ambiguous: false },
  ],
])('%s', async (_, status, body, expected) => {
  const { stub, create } = await ackOver(failing(status, body));
  expect(await create()).toMatchObject(expected);
  expect(stub.sent('CreateCluster')).toHaveLength(1);
});

it('a write whose connection is lost after sending may have happened', async () => {
  const { create } = await ackOver({ CreateCluster: () => 'hang-up' });
  expect(await create()).toMatchObject({ code: 'UNREACHABLE', retryable: true, ambiguous: true });
});

it('a write that could not be sent has not happened', async () => {
  const { stub, ack } = await ackOver({});
  await stub.stop();
  cleanups.pop();
  const { data } = await ack.call('task_cancel', { taskId: 'T-1', idempotencyKey: 'key-1' });
  expect(data).toMatchObject({ code: 'UNREACHABLE', ambiguous: false });
});

it('a throttled read is tried again', async () => {
  let calls = 0;
  const busy: Answer = { status: 400, body: { code: 'Throttling.User', message: 'slow' } };
  const { stub, ack } = await ackOver({
    DescribeTaskInfo: () =>
      ++calls < 3 ? busy : { body: { task_id: 'T-1', task_type: 'cluster_create', state: 'fail' } },
  });
  expect((await ack.call('task_get', { taskId: 'T-1' })).data).toMatchObject({ taskId: 'T-1', state: 'failed' });
  expect(stub.received).toHaveLength(3);
});

it('a read that is wrong is tried once', async () => {
  const { stub, ack } = await ackOver({
    DescribeTaskInfo: () => ({ status: 404, body: { code: 'TaskNotFound', message: 'no' } }),
  });
  expect((await ack.call('task_get', { taskId: 'T-1' })).data).toMatchObject({
    code: 'TaskNotFound',
    ambiguous: false,
  });
  expect(stub.received).toHaveLength(1);
});

it.each([
  ['read', false],
  ['write', true],
] as const)('a %s that is not answered in time may have happened: %s', (access, ambiguous) => {
  const thrown = Object.assign(new Error('ReadTimeout: 20000'), { name: 'RequestTimeoutError' });
  expect(vendorFailure(thrown, access).error).toMatchObject({ code: 'TIMEOUT', retryable: true, ambiguous });
});

/** The codes that the reference says to model. */
const codes = `EmptyCIDR InvalidPodVswitchIds InvalidCIDR ErrManagedAddonRoleNotAttach EntityNotExist.Role Forbidden.RAM
  Forbidden.RiskControl NoPermission ErrorClusterNotFound ErrorNodePoolNotFound AddonNotFound ErrorClusterNameAlreadyExist
  ErrorModifyDeletionProtectionFailed OperationDenied.NoStock Zone.NotOnSale InvalidResourceType.NotSupported
  InvalidInstanceType.NotSupported InvalidVSwitchId.IpNotEnough InsufficientBalance InvalidAccountStatus.NotEnoughBalance
  QuotaExceed.Instance QuotaExceed.Spot QuotaExceeded.ElasticQuota QuotaExceeded.Eip QuotaExceeded.Vpc ORDER.QUANTITY_INVALID
  Throttling.User ServiceUnavailable APPROVAL_REQUIRED PLAN_MISMATCH READ_ONLY INVALID_ARGUMENT NOT_FOUND CONFLICT UNKNOWN TIMEOUT`;

it.each(codes.split(/\s+/))('%s has a next step', (code) => {
  expect(hintFor(code)).toMatch(/\.$/);
});
