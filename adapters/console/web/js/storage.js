/** What the browser remembers of a person's choices. Where storage is off, nothing is. */
export const storage = {
  get(key) {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(key, value) {
    try {
      if (value === undefined) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // The choice holds until the page is left.
    }
  },
};
