import type { SurveyNode } from '../../../servers/ack/kube/survey/survey.ts';

/** A virtual node is as large as what it is asked for. https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/virtual-nodes */
export const isElastic = ({ labels }: SurveyNode): boolean => labels.type === 'virtual-kubelet';
