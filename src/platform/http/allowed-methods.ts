import type { FastifyInstance } from 'fastify';

/**
 * The methods that an address takes, for the 405 of RFC 9110, 15.5.6: a call with the wrong method learns that, instead
 * of a 404. Must be called before any route is registered.
 */
export function collectMethods(app: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    // A plugin's answer to preflight calls to any address is not an address of ours.
    if (url === '*' || url === '/*') return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  return (url) => {
    const path = url.replace(/[?#].*$/s, '');
    const all = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(all.flatMap(({ methods }) => [...methods]))].toSorted();
  };
}

/** `/v1/contacts/:id` → any one segment there; a `*` at the end takes the rest. */
function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((segment) =>
      segment.startsWith(':')
        ? '[^/]+'
        : segment === '*'
          ? '.*'
          : segment.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`),
    )
    .join('/');
  return new RegExp(`^${source}/?$`);
}
