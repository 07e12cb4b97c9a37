import { z } from 'zod';

const list = z
  .union([
    z.array(z.string()),
    z.string().transform((text) => text.split(/(?:[\s,;、，和与及]|\band\b)+/).filter(Boolean)),
  ])
  .refine((items) => items.length > 0);

const DAYS: Record<string, string> = {
  一: 'mon',
  二: 'tue',
  三: 'wed',
  四: 'thu',
  五: 'fri',
  六: 'sat',
  日: 'sun',
  天: 'sun',
};

/** `周日 2:00 4小时` and `Sunday at 02:00 for 4h` as `sun 02:00 4h`; three hours where none are named. Other text stays as it is. */
function windowOf(text: string): string {
  const day = /(?:周|星期|礼拜)(.)/.exec(text)?.[1];
  const [, english, time, hours = '3'] =
    /^(?:(mon|tue|wed|thu|fri|sat|sun)|周|星期|礼拜)\D*(\d{1,2}:\d{2})\D*(\d{1,2})?/i.exec(text) ?? [];
  const name = day === undefined ? english?.toLowerCase() : DAYS[day];
  return name && time ? `${name} ${time.padStart(5, '0')} ${hours}h` : text;
}

const NETWORK_MODES = ['terway-shared', 'terway-trunk', 'terway-exclusive', 'flannel'] as const;

/** All that a person can want of a cluster. Everything may be left open; the recommender then chooses. */
export const requirementsSchema = z.object({
  region: z.string().optional(),
  /** Ids, or their last letters alone. */
  zones: list.optional(),
  purpose: z.enum(['prod', 'staging', 'dev']).optional(),
  budget: z.enum(['low', 'medium', 'high']).optional(),
  /** At most this much, CNY per month. Goes before `budget`. */
  monthlyBudget: z.number().positive().optional(),
  workload: z.enum(['web', 'nodejs', 'java', 'microservices', 'batch', 'stateful', 'ai']).optional(),
  /** `ha` means three zones. */
  availability: z.enum(['ha', 'two-zone', 'single-zone']).optional(),
  clusterType: z
    .enum(['ack.standard', 'ack.pro.small', 'ack.pro.xlarge', 'ack.pro.2xlarge', 'ack.pro.4xlarge'])
    .optional(),
  instanceType: z.string().optional(),
  nodeCount: z.int().min(1).max(5000).optional(),
  /** How many pods of their own people want to run. */
  pods: z.int().min(1).max(150_000).optional(),
  network: z.enum(NETWORK_MODES).optional(),
  networkPolicy: z.boolean().optional(),
  dualStack: z.boolean().optional(),
  vpcCidr: z.string().optional(),
  /** For Flannel the pods' own network, for Terway the part of the VPC the pods' vSwitches are cut from. */
  podCidr: z.string().optional(),
  serviceCidr: z.string().optional(),
  storage: list
    .pipe(z.array(z.enum(['essd-pl0', 'essd-pl1', 'essd-pl2', 'essd-pl3', 'essd-auto', 'nas', 'oss'])))
    .optional(),
  runtime: z.enum(['containerd', 'docker']).optional(),
  osImage: z.string().optional(),
  kubernetesVersion: z.string().optional(),
  /** Wanted besides the usual ones, by API name. */
  addons: list.optional(),
  ingress: z.enum(['alb', 'nginx', 'none']).optional(),
  apiExposure: z.enum(['private', 'public']).optional(),
  deletionProtection: z.boolean().optional(),
  /** `DAY HH:MM HOURSh`, for example `thu 01:00 3h`, in the cluster's time zone. */
  maintenanceWindow: z
    .string()
    .transform(windowOf)
    .refine((text) => /^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d \d{1,2}h$/.test(text))
    .optional(),
  logging: z.boolean().optional(),
  monitoring: z.boolean().optional(),
  autoscaling: z.boolean().optional(),
  maxNodes: z.int().min(1).max(5000).optional(),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/)
    .optional(),
});

export type Requirements = z.infer<typeof requirementsSchema>;
export type NetworkMode = (typeof NETWORK_MODES)[number];

/** What a dialogue asks for; everything else has a default from the recommender. */
const ESSENTIAL = ['region', 'purpose', 'budget', 'workload'] as const;

/** The essential fields that are still open. An amount of money answers the budget. */
export function missingFields(wanted: Requirements): string[] {
  return ESSENTIAL.filter((field) => wanted[field] === undefined && !(field === 'budget' && wanted.monthlyBudget));
}
