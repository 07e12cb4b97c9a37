import { randomUUID } from 'node:crypto';
import { type Answer, type Call, ok, problem, type Routes, refuseOld } from './http.ts';
import { LIMITS } from './limits.ts';
import type { FakeUser } from './types.ts';
import { text, type World } from './world.ts';

/** Who somebody is, only with the permission for it. */
export const contactRoutes: Routes = {
  'GET /v1.0/contact/users/': {
    token: 'header',
    handle(world, { rest }) {
      if (!world.faults.contacts)
        return problem(
          403,
          'Forbidden.AccessDenied.AccessTokenPermissionDenied',
          '应用尚未开通所需的权限：[Contact.User.Read]',
        );
      const user = [...world.users.values()].find((one) => one.staffId && unionId(one) === rest);
      if (!user) return problem(404, 'staff.notFound', `nobody: ${rest}`);
      return ok({ nick: user.nick, unionId: unionId(user), openId: user.senderId, email: user.email ?? '' });
    },
  },
};

/** The same by the old API, and media. https://open.dingtalk.com/document/orgapp/query-user-details, …/upload-media-files */
export const oldRoutes: Routes = {
  'POST /topapi/v2/user/get': { token: 'query', handle: userGet },
  'POST /media/upload': { token: 'query', handle: upload },
};

const unionId = (user: FakeUser): string => `union-${user.staffId}`;

function userGet(world: World, { body, raw }: Call): Answer {
  if (!world.faults.contacts) {
    const why = '应用尚未开通所需的权限：[qyapi_get_member]';
    return ok({ errcode: 88, sub_code: '60011', sub_msg: why, errmsg: `ding talk error[subcode=60011,submsg=${why}]` });
  }
  const wanted = text(body.userid) || new URLSearchParams(raw.toString()).get('userid');
  const user = [...world.users.values()].find((one) => one.staffId !== undefined && one.staffId === wanted);
  if (!user) return ok({ errcode: 60121, errmsg: '找不到该用户' });
  const result = {
    userid: user.staffId,
    unionid: unionId(user),
    name: user.nick,
    active: true,
    email: user.email ?? '',
    org_email: user.email ?? '',
  };
  return ok({ errcode: 0, errmsg: 'ok', result });
}

function upload(world: World, { query, headers, raw }: Call): Answer {
  const type = query.get('type') ?? '';
  if (!['image', 'file', 'voice', 'video'].includes(type)) return refuseOld(world, 40004, `unknown media type ${type}`);
  const part = filePart(raw, headers['content-type'] ?? '');
  if (!part) return refuseOld(world, 40035, 'no multipart field "media" with a file name');
  if (part.bytes.length === 0 || part.bytes.length > LIMITS.mediaBytes)
    return refuseOld(world, 40006, `a file of ${part.bytes.length} bytes`);
  const mediaId = `@lA${randomUUID().replaceAll('-', '')}`;
  world.media.set(mediaId, { type, ...part });
  return ok({ errcode: 0, errmsg: 'ok', type, media_id: mediaId, created_at: world.options.now() });
}

/** The file in the field `media` of a multipart body. */
function filePart(raw: Buffer, contentType: string): { name: string; bytes: Buffer } | undefined {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (!boundary) return undefined;
  const source = raw.toString('latin1');
  for (const part of source.split(`--${boundary}`)) {
    const split = part.indexOf('\r\n\r\n');
    const head = part.slice(0, split);
    if (split < 0 || !/name="media"/.test(head)) continue;
    const name = /filename="([^"]*)"/.exec(head)?.[1];
    if (name)
      return { name: Buffer.from(name, 'latin1').toString(), bytes: Buffer.from(part.slice(split + 4, -2), 'latin1') };
  }
  return undefined;
}
