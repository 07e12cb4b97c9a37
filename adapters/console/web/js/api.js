import { language } from './texts.js';

/** An answer of the server that is no success. `code` is stable, `message` is for people. */
export class Refused extends Error {
  constructor(status, { code = 'unreachable', message = '', hint } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

async function call(method, path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: { 'accept-language': language, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: typeof body === 'string' ? body : body && JSON.stringify(body),
  }).catch(() => undefined);
  if (!response) throw new Refused(0);
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (response.status === 401 && path !== '/session') location.assign('/login.html');
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

const encode = encodeURIComponent;

/** The HTTP API, as far as the page uses it. Everything throws `Refused`. */
export const api = {
  session: () => call('GET', '/session'),
  logIn: (name, password) => call('POST', '/session', { name, password }),
  logOut: () => call('DELETE', '/session'),
  conversations: () => call('GET', '/conversations'),
  openConversation: () => call('POST', '/conversations', {}),
  send: (id, text, clientId) => call('POST', `/conversations/${encode(id)}/messages`, { text, clientId }),
  act: (cardId, action) => call('POST', `/cards/${encode(cardId)}/actions`, action),
  tasks: () => call('GET', '/tasks'),
  approvals: () => call('GET', '/approvals'),
  audit: (before) => call('GET', before ? `/audit?before=${before}` : '/audit'),
  clusters: () => call('GET', '/clusters'),
  incidents: (state, before) => call('GET', `/incidents?state=${state}${before ? `&before=${before}` : ''}`),
  incident: (id) => call('GET', `/incidents/${encode(id)}`),
  channels: () => call('GET', '/channels'),
  setChannel: (key, form) => call('PUT', `/channels/${encode(key)}`, form),
  removeChannel: (key) => call('DELETE', `/channels/${encode(key)}`),
  reports: () => call('GET', '/reports'),
  report: (id) => call('GET', `/reports/${encode(id)}`),
  makeReport: (cluster, days) => call('POST', '/reports', { cluster, days }),
  planOfReport: (id, item) => call('POST', `/reports/${encode(id)}/plans`, { item }),
  snooze: (finding, cluster, until) => call('POST', `/findings/${encode(finding)}/snooze`, { cluster, until }),
  unsnooze: (finding, cluster) => call('DELETE', `/findings/${encode(finding)}/snooze?cluster=${encode(cluster)}`),
  connections: () => call('GET', '/connections'),
  demo: () => call('GET', '/demo'),
  previewCards: () => call('GET', '/preview/cards'),
  previewCard: (id) => call('GET', `/preview/cards/${encode(id)}`),
  previewPasted: (json) => call('POST', '/preview/pasted', json),
  demoAct: (id, act) => call('POST', `/demo/${encode(id)}/${act}`, {}),
};

/**
 * Follows a conversation. The browser reconnects by itself and names the last event it saw; where it gives up,
 * a new stream starts from the beginning, which a reader that knows entries by id does not notice.
 */
export function follow(conversation, { onEntry, onState }) {
  let source;
  let timer;
  const open = () => {
    source = new EventSource(`/api/v1/conversations/${encode(conversation)}/events`);
    source.onopen = () => onState('connected');
    source.onerror = () => {
      onState('reconnecting');
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(reopen, 2000);
    };
    for (const kind of ['entry', 'update']) source.addEventListener(kind, (event) => onEntry(JSON.parse(event.data)));
  };
  const reopen = () => api.session().then(open, () => (timer = setTimeout(reopen, 2000)));
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
