import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import { chartsScript } from './views/charts-script.ts';
import { undoScript } from './views/undo-script.ts';
import { liveScript } from './views/live-script.ts';
import { consoleStyle } from './views/style.ts';

const resolve = createRequire(import.meta.url).resolve;
const published = (path: string): string => readFileSync(resolve(path), 'utf8');

/**
 * Assets of the pages: two libraries as published, our own style, and a few lines for the charts and the live parts.
 */
export function registerAssets(app: FastifyInstance): void {
  const script = 'text/javascript; charset=utf-8';
  const style = 'text/css; charset=utf-8';
  const assets: Record<string, [type: string, text: string]> = {
    'htmx.js': [script, published('htmx.org/dist/htmx.min.js')],
    'uplot.js': [script, published('uplot/dist/uPlot.iife.min.js')],
    'charts.js': [script, chartsScript],
    'live.js': [script, liveScript],
    'undo.js': [script, undoScript],
    'console.css': [style, `${published('uplot/dist/uPlot.min.css')}\n${consoleStyle}`],
  };
  for (const [name, [type, text]] of Object.entries(assets))
    app.get(`/console/assets/${name}`, async (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=300').send(text),
    );
}
