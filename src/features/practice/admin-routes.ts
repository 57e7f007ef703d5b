import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import {
  createKey,
  createPractice,
  readPractice,
  revokeKey,
} from '../../record/practices/practice-store.ts';
import { allotSenders, readAllotment } from '../../record/practices/sender-store.ts';
import {
  allottedKinds,
  malformedSender,
  readSender,
  type Allotment,
} from '../../core/allotment.ts';
import { limits } from '../../core/limits.ts';
import { id } from '../../core/message/message-schema.ts';
import { linesProblem } from '../../core/one-line.ts';
import { workOffLooks } from '../../signals/look-further.ts';
import { AppError } from '../../platform/errors.ts';
import { carries } from '../../platform/http/auth.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { invalid, type EntryProblem } from '../../platform/http/entries.ts';
import { serveEveryPractice } from '../../record/links/scope-hook.ts';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** Practices, keys and senders, with `ADMIN_KEY`; without one configured these routes do not exist. */
export function registerPracticeAdmin(
  app: FastifyInstance,
  { config, db, workflows }: AppContext,
): void {
  const tags = ['Administration'];
  app.addHook('onRequest', async (request) => {
    if (config.adminKey === undefined) throw new AppError('not_found');
    if (!carries(request, config.adminKey)) throw new AppError('unauthorized');
  });
  serveEveryPractice(app);

  const practiceBody = Type.Object(
    { id, name: text(limits.practiceNameCharacters) },
    { additionalProperties: false },
  );
  app.post<{ Body: Static<typeof practiceBody> }>(
    '/practices',
    { schema: { tags, body: practiceBody } },
    async (request, reply) => {
      const problem = linesProblem(request.body.name);
      if (problem !== undefined) throw invalid([{ path: '/name', message: problem }]);
      const created = await createPractice(db, request.body);
      if (!created) throw new AppError('practice_exists');
      return reply.status(201).send({ id: request.body.id, name: request.body.name });
    },
  );

  const keyBody = Type.Object(
    { label: Type.Optional(text(limits.keyLabelCharacters)) },
    { additionalProperties: false },
  );
  app.post<{ Params: { practiceId: string }; Body: Static<typeof keyBody> | null }>(
    '/practices/:practiceId/keys',
    { schema: { tags, body: Type.Union([keyBody, Type.Null()]) } },
    async (request, reply) => {
      const { practiceId } = request.params;
      if (!(await readPractice(db, practiceId))) throw new AppError('not_found');
      return reply
        .status(201)
        .send(await createKey(db, practiceId, request.body?.label ?? 'unnamed'));
    },
  );

  app.delete<{ Params: { practiceId: string; keyId: string } }>(
    '/practices/:practiceId/keys/:keyId',
    {
      schema: {
        tags,
        params: Type.Object({ practiceId: id, keyId: Type.String({ format: 'uuid' }) }),
      },
    },
    async (request, reply) => {
      const revoked = await revokeKey(db, request.params.practiceId, request.params.keyId);
      if (!revoked) throw new AppError('not_found');
      return reply.status(204).send();
    },
  );

  type ForPractice = { Params: { practiceId: string } };

  /** The senders allotted to the practice, in the shape of `PUT`. */
  app.get<ForPractice>('/practices/:practiceId/senders', { schema: { tags } }, async (request) => {
    const { practiceId } = request.params;
    if (!(await readPractice(db, practiceId))) throw new AppError('not_found');
    return readAllotment(db.prisma, practiceId);
  });

  const entries = Type.Optional(
    Type.Array(text(320), { maxItems: limits.sendersPerPractice, uniqueItems: true }),
  );
  const sendersBody = Type.Object(
    {
      displayName: entries,
      emailFrom: entries,
      smsFrom: entries,
      sharedSmsFrom: entries,
      faxGateway: entries,
    },
    { additionalProperties: false },
  );
  /**
   * Replaces the practice's whole allotment: `emailFrom` (addresses, or domains: each of their addresses), `smsFrom`
   * (numbers or short codes of this practice alone), `sharedSmsFrom` (numbers that others have too), `faxGateway`
   * (domains of email-to-fax gateways); a field left out allots none. `displayName` (names beside the practice's own)
   * stays as it is where it is left out: callers from before it existed do not know it. Answers with the stored allotment, and
   * `withdrawn`: the fields that the practice's settings lost because their senders are no longer allotted. 422 names
   * malformed ones; 409 `setting_conflict` a number that another practice has and the two do not share.
   */
  app.put<ForPractice & { Body: Static<typeof sendersBody> }>(
    '/practices/:practiceId/senders',
    { schema: { tags, body: sendersBody } },
    async (request) => {
      const { practiceId } = request.params;
      const practice = await readPractice(db, practiceId);
      if (!practice) throw new AppError('not_found');
      const wanted = readAllotted(request.body, practice.settings.defaultCountry);
      const changed = await allotSenders(db, practiceId, (before) =>
        request.body.displayName === undefined
          ? { ...wanted, displayName: before.displayName }
          : wanted,
      );
      if (changed.status === 'unknown') throw new AppError('not_found');
      if (changed.status === 'taken')
        throw new AppError('setting_conflict', undefined, {
          details: (['smsFrom', 'sharedSmsFrom'] as const).flatMap((field) =>
            wanted[field].flatMap((number, index) =>
              changed.numbers.includes(number)
                ? [{ path: `/${field}/${index}`, message: 'is another practice’s' }]
                : [],
            ),
          ),
        });
      await workOffLooks({ db, workflows }, practiceId);
      return { ...changed.allotment, withdrawn: changed.withdrawn };
    },
  );
}

function readAllotted(body: Partial<Allotment>, country: string): Allotment {
  const problems: EntryProblem[] = [];
  const read = (field: keyof Allotment): string[] => {
    const kind = allottedKinds[field];
    const values = (body[field] ?? []).flatMap((typed, index) => {
      const value = readSender(kind, typed, country);
      if (value === undefined)
        problems.push({ path: `/${field}/${index}`, message: malformedSender[kind] });
      return value ?? [];
    });
    return [...new Set(values)];
  };
  const wanted: Allotment = {
    displayName: read('displayName'),
    emailFrom: read('emailFrom'),
    smsFrom: read('smsFrom'),
    sharedSmsFrom: read('sharedSmsFrom'),
    faxGateway: read('faxGateway'),
  };
  if (problems.length > 0) throw invalid(problems);
  return wanted;
}
