import { FunctionError } from '../function.ts';
import { kindOf, newMap, ownValue, type TemplateMap } from '../values.ts';
import { type Definition, dict, takes, text } from './signature.ts';
import { normalUserinfo, parseUrl, printUrl } from './url-parts.ts';

/** Functions of URLs. https://masterminds.github.io/sprig/url.html */
export const urls: Readonly<Record<string, Definition>> = {
  urlParse: takes([text], ([value]) => parsed(value)),
  urlJoin: takes([dict], ([parts]) => joined(parts)),
  getHostByName: takes([text], (_, world) => {
    world.unlike('getHostByName');
    return '';
  }),
};

function parsed(value: string): TemplateMap {
  const parts = complaining('unable to parse url', () => parseUrl(value));
  const hostname = parts.host.replace(/:[0-9]*$/, '').replace(/^\[(.*)\]$/, '$1');
  return Object.assign(newMap(), parts, { hostname });
}

function joined(parts: TemplateMap): string {
  const part = (key: string): string => {
    const value = Object.hasOwn(parts, key) ? ownValue(parts, key) : '';
    if (typeof value === 'string') return value;
    throw new FunctionError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
  };
  return printUrl({
    scheme: part('scheme'),
    host: part('host'),
    path: part('path'),
    query: part('query'),
    opaque: part('opaque'),
    fragment: part('fragment'),
    userinfo: complaining('unable to parse userinfo in dict', () => normalUserinfo(part('userinfo'))),
  });
}

function complaining<T>(complaint: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    throw new FunctionError(`${complaint}: ${error.message}`);
  }
}
