import { describe, expect, test } from 'vitest';
import { readEvent } from '../../../../flows/incidents/events.ts';
import { readObject } from '../../../../flows/incidents/kinds.ts';
import { readFailure } from '../../../../flows/incidents/looks/probe-messages.ts';
import { listeningPorts } from '../../../../flows/incidents/looks/probe-ports.ts';
import { event } from '../objects.ts';

const failure = (message: string) => {
  const parsed = readObject('Event', event('Pod prod/web-1', 'Unhealthy', message));
  return parsed && readFailure(readEvent(parsed));
};

describe('what kubelets say of probes', () => {
  test.each([
    ['Liveness probe failed: Get "http://10.1.0.1:81/h": dial tcp 10.1.0.1:81: connect: connection refused', 'refused'],
    ['Liveness probe failed: Get http://10.1.0.1:81/h: dial tcp 10.1.0.1:81: connect: connection refused', 'refused'],
    ['Readiness probe failed: dial tcp 10.1.0.1:81: i/o timeout', 'timeout'],
    [
      'Readiness probe failed: Get "http://10.1.0.1/h": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'timeout',
    ],
    [
      'Readiness probe failed: Get "http://10.1.0.1/h": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
      'timeout',
    ],
    ['Startup probe failed: HTTP probe failed with statuscode: 503', 'status'],
    ['Liveness probe failed: Get "https://10.1.0.1/h": http: server gave HTTP response to HTTPS client', 'protocol'],
    [
      'Liveness probe failed: Get "http://10.1.0.1/h": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04"',
      'protocol',
    ],
    ['Liveness probe failed: Get "http://10.1.0.1/h": EOF', 'closed'],
    ['Liveness probe failed: service unhealthy (responded with "NOT_SERVING")', 'unhealthy'],
    [
      'Liveness probe failed: timeout: failed to connect service "10.1.0.1:50051" within 1s: context deadline exceeded',
      'timeout',
    ],
    ['Readiness probe failed: exit status 1', 'unhealthy'],
    ['Readiness probe failed: ', 'unhealthy'],
    ['Liveness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax', 'named-port'],
    [
      'Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: exec: "curl": executable file not found in $PATH',
      'command',
    ],
  ])('%s', (message, by) => {
    expect(failure(message)?.by).toBe(by);
  });

  test('other warnings are none', () => {
    expect(failure('Readiness probe warning: Probe terminated redirects, Response body: x')).toBeUndefined();
    expect(failure('Back-off restarting failed container')).toBeUndefined();
  });
});

describe('the ports a program says it listens on', () => {
  test.each([
    ['Server listening on port 8080', [8080]],
    ['listening on 3000', [3000]],
    ['Tomcat started on port(s): 8080 (http) with context path', [8080]],
    ['INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)', [8000]],
    ['[1] [INFO] Listening at: http://0.0.0.0:8000 (1)', [8000]],
    ['Now listening on: http://[::]:5000', [5000]],
    ['2026-11-25 11:58:00 LOG:  listening on IPv4 address "0.0.0.0", port 5432', [5432]],
    ['{"s":"I","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}', [27017]],
    ['2026/11/25 11:58:00 started at 11:58:00', []],
    [' * Running on http://127.0.0.1:5000', []],
    ['connected to db:5432, server started', []],
    ['failed to listen on :8080', []],
  ])('%s', (line, ports) => {
    expect(listeningPorts({ lines: [line], source: '' })).toEqual(ports);
  });
});
