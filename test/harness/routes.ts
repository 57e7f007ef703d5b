/** The routes of an app, which Fastify prints as a tree. */
export function readRoutes(tree: string): { method: string; path: string }[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part, methods = ''] = /^(.*?)[├└]── (\S+)(.*)$/.exec(line) ?? [];
    if (part === undefined) return [];
    parents.splice(indent.length / 4, Infinity, part);
    // Two routes that name one parameter differently are printed as `:a|:b`.
    const path = parents.join('').replaceAll(/\|:\w+/g, '');
    return [...methods.matchAll(/\b[A-Z]{3,}\b/g)].map(([method]) => ({ method, path }));
  });
}
