/** Minor version of Kubernetes 1: 36 of `v1.36.1-aliyun.1`. */
export function minorOf(version: string): number | undefined {
  const minor = /^v?1\.(\d{1,3})(?:\D|$)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
