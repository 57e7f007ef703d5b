import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { practiceValues } from '../../templates/message-template.ts';
import { readPractice } from '../../record/practices/practice-store.ts';
import {
  currentTemplate,
  currentTemplates,
  saveTemplate,
  templateVersion,
  type SavedTemplate,
} from '../../templates/template-store.ts';
import { limits } from '../../core/limits.ts';
import { giveWay } from '../../platform/event-loop.ts';
import { isLocale, locales } from '../../core/locale.ts';
import { method, templateData } from '../../core/message/message-schema.ts';
import { countSegments } from '../../core/sms-segments.ts';
import { checkTemplate, renderSample, warnTemplate } from './check.ts';
import { compile } from '../../templates/engine.ts';
import { renderOptIn } from '../opt-in/render-opt-in.ts';
import { sampleFor } from '../opt-in/opt-in-values.ts';
import {
  methodsOf,
  templateNames,
  type TemplateBody,
  type TemplateKey,
} from '../../templates/template.ts';
import { AppError } from '../../platform/errors.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { rendering } from './render-allowance.ts';

const source = Type.String({ minLength: 1, maxLength: limits.templateCharacters });
const words = {
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: limits.subjectCharacters })),
  text: source,
  html: Type.Optional(source),
};
/** Read-only fields of `GET`, so that its answer can be put back as it is. */
const readOnly = Object.fromEntries(
  [
    'name',
    'method',
    'locale',
    'version',
    'isDefault',
    'savedAt',
    'variables',
    'segments',
    'warnings',
  ].map((name) => [name, Type.Optional(Type.Unknown())]),
);
const strict = { additionalProperties: false };
const templateSchema = Type.Object({ ...words, ...readOnly }, strict);
const previewSchema = Type.Partial(
  Type.Object({ ...words, ...readOnly, data: templateData }, strict),
  strict,
);

const params = Type.Object({ name: Type.Enum([...templateNames]), method });
const querystring = Type.Object({ locale: Type.Optional(Type.Enum([...locales])) }, strict);
const versionQuery = Type.Object(
  { ...querystring.properties, version: Type.Optional(Type.String({ maxLength: 32 })) },
  strict,
);

type Route = {
  Params: Static<typeof params>;
  Querystring: Static<typeof versionQuery>;
};

/** A practice's own words (docs/templates.md). `locale` is `en` where it is not given. */
export function registerTemplates(app: FastifyInstance, { db }: AppContext): void {
  const tags = ['Templates'];
  const schema = { tags, params, querystring };

  /** All of them, in all languages, without their words. */
  app.get('/templates', { schema: { tags } }, async (request) => {
    const templates = await currentTemplates(db.prisma, request.practiceId);
    return { items: templates.map(summaryOf) };
  });

  /** `version`: an earlier one, as the ledger names it (`v2`, `default-3`); without it, today's. */
  app.get<Route>(
    '/templates/:name/:method',
    { schema: { tags, params, querystring: versionQuery } },
    async (request) => {
      const { version } = request.query;
      const key = keyOf(request);
      const template =
        version === undefined
          ? await currentTemplate(db.prisma, request.practiceId, key)
          : await templateVersion(db.prisma, request.practiceId, key, version);
      if (!template) throw new AppError('not_found');
      return present(template);
    },
  );

  /**
   * Saves a new version; `warnings` name recommended statements that it lacks. 422 `template_refused`: nothing was
   * saved, `details` names each problem by its code.
   */
  app.put<Route & { Body: Static<typeof templateSchema> }>(
    '/templates/:name/:method',
    { schema: { ...schema, body: templateSchema } },
    async (request) => {
      const key = keyOf(request);
      const body = bodyOf(request.body);
      const inTurn = turnsOf(request);
      const problems = await inTurn(() => checkTemplate(key, body));
      if (problems.length > 0)
        throw new AppError('template_refused', undefined, { details: problems });
      const saved = await saveTemplate(db, request.practiceId, key, body);
      const warnings = await inTurn(() => warnTemplate(key, body));
      return { ...present(saved), ...(warnings.length === 0 ? {} : { warnings }) };
    },
  );

  /** Back to the shipped words; the versions that were saved can still be read. */
  app.delete<Route>('/templates/:name/:method', { schema }, async (request) =>
    present(await saveTemplate(db, request.practiceId, keyOf(request), undefined)),
  );

  /**
   * Previews a template, saved or only tried, with `data`: its rendering, the cost of an SMS, and the problems that
   * keep it from being saved.
   */
  app.post<Route & { Body: Static<typeof previewSchema> | null }>(
    '/templates/:name/:method/preview',
    {
      schema: { ...schema, body: Type.Union([previewSchema, Type.Null()]) },
      config: { idempotency: { never: true } },
    },
    async (request) => {
      const key = keyOf(request);
      const inTurn = turnsOf(request);
      const practice = await readPractice(db, request.practiceId);
      if (!practice) throw new AppError('not_found');
      const { text, data, ...rest } = request.body ?? {};
      const body =
        text === undefined
          ? (await currentTemplate(db.prisma, request.practiceId, key)).body
          : bodyOf({ ...rest, text });
      const values = practiceValues(practice);
      const shown = await inTurn(() =>
        key.name === 'opt_in'
          ? previewOptIn(key, body, values)
          : renderSafely(body, { ...values, ...data }),
      );
      return {
        ...shown,
        ...(key.method === 'sms' && shown ? { segments: countSegments(shown.text) } : {}),
        problems: await inTurn(() => checkTemplate(key, body)),
        warnings: await inTurn(() => warnTemplate(key, body)),
      };
    },
  );
}

/** For the steps of a call: each gives way to others first, and counts as the practice's rendering. */
function turnsOf({ practiceId }: FastifyRequest): <T>(work: () => T) => Promise<T> {
  return (work) =>
    rendering(practiceId, async (time) => {
      await giveWay();
      return time.within(work);
    });
}

function keyOf(request: FastifyRequest<Route>): TemplateKey {
  const { name, method } = request.params;
  // A fax is not asked for.
  if (!methodsOf(name).includes(method)) throw new AppError('not_found');
  const { locale } = request.query;
  return { name, method, locale: isLocale(locale) ? locale : 'en' };
}

function bodyOf({ subject, text, html }: Partial<TemplateBody> & { text: string }): TemplateBody {
  return {
    ...(subject === undefined ? {} : { subject }),
    text,
    ...(html === undefined ? {} : { html }),
  };
}

function summaryOf({ name, method, locale, version, savedAt }: SavedTemplate) {
  return {
    name,
    method,
    locale,
    version,
    isDefault: savedAt === undefined,
    ...(savedAt === undefined ? {} : { savedAt: savedAt.toISOString() }),
  };
}

function present(template: SavedTemplate) {
  const compiled = compile(template.body);
  return {
    ...summaryOf(template),
    ...template.body,
    variables: compiled.ok ? compiled.compiled.variables : [],
  };
}

/** As it would be sent, but for the link; undefined while something keeps it from being saved. */
function previewOptIn(
  key: TemplateKey,
  body: TemplateBody,
  { practice, supportPhone, postalAddress }: ReturnType<typeof practiceValues>,
): TemplateBody | undefined {
  const { supportPhone: _phone, postalAddress: _address, ...sample } = sampleFor(key.method);
  const rendering = renderOptIn(
    { ...key, version: 'draft', body },
    {
      ...sample,
      practice,
      ...(supportPhone === null ? {} : { supportPhone }),
      ...(postalAddress === null ? {} : { postalAddress }),
    },
  );
  if (!rendering.ok) return undefined;
  const { version: _version, kept: _kept, ...shown } = rendering.shown;
  return shown;
}

/** A template that takes too long or too much has its problem in `problems`, not in the way of the answer. */
function renderSafely(...args: Parameters<typeof renderSample>): TemplateBody | undefined {
  try {
    return renderSample(...args);
  } catch {
    return undefined;
  }
}
