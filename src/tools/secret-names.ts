/** Which names announce a secret. Names are compared in lower case without `-`, `_`, `.` and spaces. */

const strong =
  /password|passwd|passphrase|pwd|secret|token|apikey|accesskey|privatekey|clientkey|accountkey|sharedkey|signingkey|encryptionkey|masterkey|sessionkey|authkey|credential|connectionstring|dockerconfigjson|dockercfg|sharedaccesssignature|[a-z\d](?<!by|com|tres|over|under)pass$|creds$|^(?:proxy)?authorization$|^(?:set)?cookie$|密码|口令|密钥/;
const weak = /key$|auth$|^auth|signature|^sig$|session|salt|cookie$|^sk$|^ak$/;
/** What only speaks about a secret, or pages through a list. */
const about =
  /(?:name|names|ref|id|ids|type|kind|path|file|dir|url|uri|count|limit|limits|ttl|age|at|expiry|expires|expiration|expirationseconds|seconds|minutes|policy|version|length|size|mode|enabled|required|namespace|provider|used|usage|rotation|audience|keyref|class)$|^(?:next|client|page|continue|continuation|cancellation)token$|^tokens$|maxtokens$/;

/** `secret`: the value goes whatever it is. `maybe`: it goes when it looks random. */
export function secrecyOf(name: string): 'secret' | 'maybe' | 'plain' {
  const plain = name.toLowerCase().replace(/[-_.\s]/g, '');
  if (strong.test(plain)) return about.test(plain) ? 'plain' : 'secret';
  return weak.test(plain) ? 'maybe' : 'plain';
}

/** Names of environment variables whose values are worth reading and never secret. */
export const plainVariables =
  /^(?:NODE_ENV|ENV|APP_ENV|ENVIRONMENT|PROFILE|SPRING_PROFILES_ACTIVE|TZ|LANG|LANGUAGE|LC_\w+|LOG_?LEVEL|LOG_FORMAT|DEBUG|\w*PORT|\w*HOST|HOSTNAME|REGION|ZONE|PATH|HOME|GOMAXPROCS|GOMEMLIMIT|GOGC|JAVA_OPTS|JAVA_TOOL_OPTIONS|NODE_OPTIONS|POD_\w+|NODE_NAME|NAMESPACE|SERVICE_NAME|OTEL_SERVICE_NAME|VERSION)$/;

/** A value that says nothing: a number where a secret word expects none, a version, a variable, a mask, a word of a sentence. */
export function isHarmless(value: string, name: string): boolean {
  if (/^(?:<secret:|\$[({]|%\(|\[?\{|\*{3,}|x{4,}$)/i.test(value)) return true;
  if (/pass|pwd|密码|口令/i.test(name))
    return /^(?:true|false|null|nil|none|undefined|required|yes|no|incorrect|invalid|expired|empty)$/i.test(value);
  return (
    /^[\d.]{1,12}[a-z%]{0,2}$/i.test(value) ||
    /^v?\d{1,4}(?:\.\d{1,4}){1,3}(?:-[\w.]{1,20})?$/.test(value) ||
    /^(?:true|false|null|nil|none|undefined|expired|invalid|missing|required|not|is|was|has|found|empty|unset|changed|rotated|rejected|refused|failed|error|unknown|unauthorized|string|secrets?|created|deleted|updated|mounted|denied|valid|ok|the|a|an|no|unexpected|Opaque)$/i.test(
      value,
    )
  );
}

/** At least 20 characters with more than 4.0 bits of entropy each. */
export function looksRandom(value: string): boolean {
  if (value.length < 20 || value.length > 4096) return false;
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits > 4;
}
