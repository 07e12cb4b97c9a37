import type { Objects } from '../kinds.ts';

type Ingress = Objects['Ingress'];
type Backend = NonNullable<Ingress['spec']['defaultBackend']>;

/** A Service that an Ingress sends requests to. */
export interface Route {
  /** `shop.example.com/api`, `default backend`. */
  where: string;
  service: string;
  port: number | string | undefined;
}

/** Where an Ingress sends requests. What is no Service is left out. */
export function routesOf({ spec }: Ingress): Route[] {
  const rules = spec.rules.flatMap(({ host = '*', http }) =>
    http.paths.flatMap(({ path = '/', backend }) => routeOf(`${host}${path}`, backend)),
  );
  return [...routeOf('default backend', spec.defaultBackend), ...rules];
}

function routeOf(where: string, backend: Backend | undefined): Route[] {
  const { service } = backend ?? {};
  if (!service) return [];
  return [{ where, service: service.name, port: service.port?.number ?? service.port?.name }];
}

/** ALB controllers take the backend from an annotation and only the name stands in its place. */
export const isVirtual = ({ port }: Route): boolean => port === 'use-annotation';
