import { z } from 'zod';
import { getObject } from '../kube/client.ts';
import { fitting, json, reference, wireOf } from '../kube/kube-tool.ts';
import { presentable } from '../kube/objects.ts';
import { readTool } from '../tool.ts';

export const k8sGet = readTool({
  name: 'k8s_get',
  title: 'Get an object',
  description: 'One object as the API server has it now. Of a Secret, the keys and their sizes only.',
  input: reference,
  output: { object: json, serverTime: z.string() },
  say: ({ object: { kind, metadata } }) => `${kind} ${JSON.stringify(metadata)}`.slice(0, 300),
  async run({ clusterId, ...wanted }, context) {
    const wire = await wireOf(clusterId, context);
    const { object, serverTime } = await getObject(wire, wanted, context.signal);
    return { object: fitting(presentable(object, wanted.kind)), serverTime };
  },
});
