/** Whether a variable or a key holds a secret as plain text: a guess from its name and the look of its value, neither of which is told. */

const announces =
  /(?:^|[_.-])(?:password|passwd|passphrase|pwd|secret|token|api[_.-]?key|access[_.-]?key(?:[_.-]?secret)?|secret[_.-]?key|private[_.-]?key|signing[_.-]?key|encryption[_.-]?key|auth[_.-]?key|credentials?|connection[_.-]?string)$/i;
/** Between user and password of an address; a variable in its place is none. */
const inAddress = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:(?!\$[({])[^\s/@]{3,200}@/i;
const privateKey = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
/** A path, a variable, a mask, a word that says that there is none, a switch. */
const harmless =
  /^(?:\/|\.\/|file:|https?:\/\/[^@]*$|\$[({]|\{\{|\*{3,}|<|(?:true|false|yes|no|none|null|nil|undefined|empty|changeme|placeholder|required|disabled|enabled|\d{1,6})$)/i;

/** `userPassword` is told apart like `USER_PASSWORD`. */
const apart = (name: string) => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2');

export function hidesSecret(name: string, value: string): boolean {
  if (value === '') return false;
  if (inAddress.test(value) || privateKey.test(value)) return true;
  return announces.test(apart(name)) && value.length < 4_096 && !harmless.test(value.trim());
}
