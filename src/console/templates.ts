import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  templatePage,
  templatesPage,
  type Preview,
  type TemplateEntry,
  type TemplateWords,
} from './views/templates.tsx';
import type { Refused } from './api-client.ts';
import { done } from './notice.ts';
import { openDesk, sendHtml, staffOf, textOf } from './desk.ts';

type Route = { Params: { name: string; method: string; locale: string } };
type Saved = TemplateEntry & TemplateWords & { variables: string[] };

/** The words of the opt-in and of messages: read, try, save, go back. */
export function registerTemplates(app: FastifyInstance): void {
  app.get('/console/templates', async (request, reply) => {
    const { api, frame, zone } = await openDesk(request, reply);
    const { items } = await api.get<{ items: TemplateEntry[] }>('/templates');
    return sendHtml(reply, templatesPage({ frame, zone, templates: items }));
  });

  const address = '/console/templates/:name/:method/:locale';
  const pathOf = ({ params }: FastifyRequest<Route>, what = ''): string => {
    const { name, method, locale } = params;
    const path = [name, method].map((part) => encodeURIComponent(part)).join('/');
    return `/templates/${path}${what}?${new URLSearchParams({ locale }).toString()}`;
  };

  /** `words`: as somebody typed them; without them, the saved ones. */
  const show = async (
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    words?: TemplateWords,
    refused?: Pick<Refused, 'problem' | 'status'>,
  ) => {
    const { api, frame } = await openDesk(request, reply, refused?.problem);
    const template = await api.get<Saved>(pathOf(request));
    const sent = await api.send('POST', pathOf(request, '/preview'), words ?? null);
    const preview = sent.ok ? (sent.body as Preview) : { problems: [] };
    const { variables } = template;
    const page = templatePage({ frame, template, words: words ?? template, variables, preview });
    return sendHtml(reply, page, refused?.status);
  };

  app.get<Route>(address, async (request, reply) => show(request, reply));

  app.post<Route>(address, async (request, reply) => {
    const { api } = staffOf(request);
    const at = request.url.replace(/\?.*$/s, '');
    const words = wordsOf(request.body);
    switch (textOf(request.body, 'do')) {
      case 'reset': {
        const sent = await api.send('DELETE', pathOf(request));
        return sent.ok
          ? done(request, reply, at, 'The shipped words are back.')
          : show(request, reply, undefined, sent);
      }
      case 'save': {
        const sent = await api.send('PUT', pathOf(request), words);
        return sent.ok
          ? done(request, reply, at, 'The template is saved as a new version.')
          : show(request, reply, words, notSaved(sent));
      }
      default:
        return show(request, reply, words);
    }
  });
}

/** Shows problems of the words beside their preview. */
function notSaved({ status, problem }: Refused) {
  if (problem.code !== 'template_refused') return { status, problem };
  return { status, problem: { code: problem.code, message: 'Not saved: see beside the preview.' } };
}

/** Lines as a browser sends them end in CR LF; a text that was only looked at must not become another version. */
function wordsOf(body: unknown): TemplateWords {
  const field = (name: string): string => textOf(body, name).replaceAll('\r\n', '\n');
  const [subject, html] = [field('subject'), field('html')];
  return {
    ...(subject === '' ? {} : { subject }),
    text: field('text'),
    ...(html === '' ? {} : { html }),
  };
}
