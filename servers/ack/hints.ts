/** What to do next, by error code: our own codes first, then those Alibaba Cloud answers with. Their like in other languages is in templates/messages. */
export const hints: Record<string, string> = {
  APPROVAL_REQUIRED: 'Propose this change as a plan; once a person approves it, the task runner carries it out.',
  PLAN_MISMATCH: 'The arguments are not those that were approved. Make a new plan and have it approved.',
  READ_ONLY: 'This server only reads. Use the server that is set up for changes.',
  INVALID_ARGUMENT: 'Correct the arguments named in the message, then call again.',
  NOT_FOUND: 'Check the id and the region, or list what exists first.',
  CONFLICT: 'The state is not what the call expected. Read it again and make a new plan.',
  UNKNOWN: 'Read the message, and look at what exists before trying again.',
  TIMEOUT: 'The cloud did not answer in time. Look whether the change happened before trying again.',
  UNREACHABLE: 'The cloud could not be reached. Check the network, the endpoint and any proxy, then try again.',

  REFUSED: 'This server never makes such a change. Use one of the typed changes, or make it by hand.',
  NOT_CONFIGURED: 'Name what is missing in clusters.yaml or .env (docs/clusters.md), then try again.',

  Unauthorized:
    'The credentials are not accepted. Renew the kubeconfig, the token or the login named in clusters.yaml.',
  Forbidden: 'The credentials lack this right. Grant it by RBAC to the user named in the message.',
  NotFound: 'There is no such object. Check kind, namespace and name, or list what exists first.',
  FieldConflict: 'Leave these fields out, or change them with the tool that keeps them.',
  AlreadyExists: 'An object of this name exists. Read it before going on.',
  Conflict: 'The object was changed in the meantime. Read it again and make a new plan.',
  Invalid: 'The API server refuses the object as it would become. Correct the field named in the message.',
  BadRequest: 'The API server does not understand the request. Correct what the message names.',
  Gone: 'The list is too old to go on with. List again from the start.',
  TooManyRequests: 'The API server or a disruption budget holds this back. Wait, then try again.',
  Timeout: 'No answer came in time. Look at what exists before trying again.',
  Unreachable: 'The address could not be reached. Check the network, the address and the credentials, then try again.',
  InternalError: 'The API server failed by itself. Wait a little, then try again.',
  QueryFailed: 'Prometheus could not carry out the query. Read the message and correct the query.',

  EmptyCIDR:
    'The cloud took the cluster for a Flannel one. For Terway, add the terway-eniip add-on; for Flannel, give podCidr.',
  InvalidPodVswitchIds: 'Pod vSwitches need the terway-eniip add-on. Add it, or leave podVswitchIds out.',
  InvalidCIDR: 'Choose a Pod or Service range that overlaps neither the VPC nor each other.',
  ErrManagedAddonRoleNotAttach:
    'The ACK service roles are not authorised. Open the authorisation link in the message with an administrator, then retry.',
  'EntityNotExist.Role': 'A default ACK role is missing. Authorise the ACK service roles in the console, then retry.',
  'Forbidden.RAM':
    'The access key lacks a RAM permission. Ask an administrator to grant the action named in the message.',
  'Forbidden.RiskControl': 'The account is under risk control. Contact Alibaba Cloud support.',
  NoPermission: 'The access key lacks a permission. Ask an administrator to grant the action named in the message.',
  InvalidAccessKeyId: 'Check ALIBABA_CLOUD_ACCESS_KEY_ID.',
  'InvalidAccessKeyId.NotFound': 'Check ALIBABA_CLOUD_ACCESS_KEY_ID.',
  SignatureDoesNotMatch: 'Check ALIBABA_CLOUD_ACCESS_KEY_SECRET.',
  ErrorClusterNotFound: 'No such cluster. List the clusters of the region.',
  ErrorNodePoolNotFound: 'No such node pool. List the node pools of the cluster.',
  AddonNotFound: 'No such add-on for this cluster. List the add-ons that the cluster can have.',
  ErrorClusterNameAlreadyExist: 'A cluster of this name exists. Choose another name, or use that cluster.',
  ErrorModifyDeletionProtectionFailed:
    'Deletion protection could not be changed. Wait until the cluster is running, then retry.',
  'OperationDenied.NoStock': 'This instance type is out of stock here. Choose another instance type or zone.',
  'Zone.NotOnSale': 'This zone is not sold any more. Choose another zone.',
  'InvalidResourceType.NotSupported':
    'This zone does not sell the instance type. Choose another instance type or zone.',
  'InvalidInstanceType.NotSupported': 'This instance type is not supported here. Choose another instance type or zone.',
  'InvalidVSwitchId.IpNotEnough':
    'The vSwitch is out of addresses. Add a vSwitch with free addresses to the node pool.',
  InsufficientBalance: 'Top up the account; ACK wants at least 100 CNY.',
  'InvalidAccountStatus.NotEnoughBalance': 'Top up the account; ACK wants at least 100 CNY.',
  'QuotaExceed.Instance': 'The quota of instances is used up. Ask for more in the Quota Center, or use fewer nodes.',
  'QuotaExceed.Spot': 'The quota of spot instances is used up. Ask for more in the Quota Center, or pay as you go.',
  'QuotaExceeded.ElasticQuota':
    'The vCPU quota is used up. Ask for more in the Quota Center, or use fewer or smaller nodes.',
  'QuotaExceeded.Eip': 'The quota of elastic IPs is used up. Release one, or ask for more in the Quota Center.',
  'QuotaExceeded.Vpc': 'The quota of VPCs is used up. Use an existing VPC, or ask for more in the Quota Center.',
  'ORDER.QUANTITY_INVALID': 'The order is larger than the quota. Use fewer nodes, or ask for more in the Quota Center.',
  'Throttling.User': 'Too many calls for now. Wait a few seconds, then try again.',
  'Rejected.Throttling': 'Too many calls for now. Wait a few seconds, then try again.',
  ServiceUnavailable: 'The cloud is unavailable for the moment. Wait a minute, then try again.',
};

/** The next step for an error code, or undefined where none is known; `Throttling.*` and `QuotaExceed*` share one each. */
export function hintFor(code: string): string | undefined {
  if (hints[code] !== undefined) return hints[code];
  if (code.startsWith('Throttling')) return hints['Throttling.User'];
  if (code.startsWith('QuotaExceed')) return hints['QuotaExceed.Instance'];
  return undefined;
}
