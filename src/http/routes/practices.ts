import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import {
  changeSettings,
  createKey,
  createPractice,
  readPractice,
  revokeKey,
} from '../../db/practice-store.ts';
import { reinstate, type SwitchCheck } from '../../db/practice-switches.ts';
import { releasedByPractice } from '../../db/release.ts';
import { equalSecrets } from '../../db/cipher.ts';
import { normaliseEmail, normalisePhone } from '../../domain/address.ts';
import { id, method } from '../../domain/message-schema.ts';
import { limits } from '../../domain/limits.ts';
import { messageKinds } from '../../domain/message.ts';
import { consentMethods } from '../../domain/method.ts';
import { linesProblem, nameProblem } from '../../domain/one-line.ts';
import {
  addressIn,
  missingSender,
  postalAddressProblem,
  supportPhoneProblem,
} from '../../domain/sender.ts';
import { durationMs, type Settings } from '../../domain/settings.ts';
import { AppError } from '../../errors.ts';
import { bearer } from '../auth.ts';
import { isTimeZone } from '../contact-body.ts';
import type { AppContext } from '../context.ts';
import { invalid, type EntryProblem } from '../entries.ts';
import { limitRelease } from '../release-limit.ts';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const duration = Type.String({ pattern: '^P[0-9A-Z]{1,20}$' });
const timeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });
const webAddress = Type.String({ pattern: '^https://', maxLength: 2_000 });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const strict = { additionalProperties: false };
const settingsPatch = Type.Partial(
  Type.Object(
    {
      messagingEnabled: Type.Boolean(),
      optInEnabled: Type.Boolean(),
      gate: Type.Enum(['all', 'each']),
      onRevoke: Type.Enum(['channel', 'contact']),
      optInLead: duration,
      optInExpires: duration,
      landingUrl: orNull(webAddress),
      privacyPolicy: orNull(Type.Object({ url: webAddress, version: text(100) }, strict)),
      identityCheck: Type.Enum(['none', 'birthDate']),
      smsConsentVia: Type.Enum(['sms', 'emailPage', 'recordedOnly']),
      emailContent: Type.Enum(['full', 'notice']),
      confirmationSms: Type.Boolean(),
      emailFooter: Type.Boolean(),
      timeZone: text(64),
      defaultCountry: Type.String({ pattern: '^[A-Z]{2}$' }),
      quietHours: orNull(
        Type.Object(
          {
            from: timeOfDay,
            to: timeOfDay,
            methods: Type.Array(method),
            kinds: Type.Array(Type.Enum([...messageKinds])),
          },
          { additionalProperties: false },
        ),
      ),
      sender: Type.Partial(
        Type.Object(
          {
            displayName: orNull(text(100)),
            emailFrom: orNull(text(320)),
            replyTo: orNull(text(320)),
            smsFrom: orNull(text(20)),
            supportPhone: orNull(text(40)),
            postalAddress: orNull(text(300)),
            faxGateway: orNull(
              Type.String({ pattern: '^(?=.{3,253}$)[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$' }),
            ),
          },
          strict,
        ),
        strict,
      ),
      // What `GET` says besides: what was read can be sent back as it is.
      senderMissing: Type.Unknown(),
    },
    strict,
  ),
  strict,
);

/**
 * `GET` and `PATCH /v1/settings` of the key's own practice. Both answer with `senderMissing`: the fields of `sender`
 * without which no opt-in is sent; empty when nothing is missing. `emailFrom` and `smsFrom` are among them only where the
 * installation has none to lend either.
 */
export function registerSettings(
  app: FastifyInstance,
  { config, db, workflows }: AppContext,
): void {
  const presented = (practice: { name: string; settings: Settings }) => ({
    ...practice.settings,
    senderMissing: missingSender(practice, config.senders, consentMethods),
  });
  const tags = ['Practice'];
  const limited =
    (request: FastifyRequest): SwitchCheck =>
    (sql, before, after) =>
      limitRelease(request, () => releasedByPractice(sql, before, after, db.clock.now()));

  app.get('/settings', { schema: { tags } }, async (request) => {
    const practice = await readPractice(db, request.practiceId);
    if (!practice) throw new AppError('not_found');
    return presented(practice);
  });

  app.patch<{ Body: Static<typeof settingsPatch> }>(
    '/settings',
    { schema: { tags, body: settingsPatch } },
    async (request) => {
      const { senderMissing: _readOnly, ...body } = request.body;
      const patch = structuredClone(body) as Partial<Settings>;
      const practice = await readPractice(db, request.practiceId);
      if (!practice) throw new AppError('not_found');
      const problems = checkSettings(patch, practice.settings);
      if (problems.length > 0) throw invalid(problems);
      const changed = await changeSettings(db, request.practiceId, patch, limited(request));
      if (changed === 'taken')
        throw new AppError('setting_conflict', undefined, {
          details: [{ path: '/sender/smsFrom', message: 'is used by another practice' }],
        });
      await workflows.tell({ wake: changed.tell });
      await workflows.wakeDispatcher(request.practiceId);
      return presented({ name: practice.name, settings: changed.settings });
    },
  );

  /** The practice as staff see it: its name, and why it does not send, if it does not. */
  app.get('/practice', { schema: { tags } }, async (request) => {
    const practice = await readPractice(db, request.practiceId);
    if (!practice) throw new AppError('not_found');
    const { id: practiceId, name, suspendedReason, pausedReason } = practice;
    return {
      id: practiceId,
      name,
      ...(suspendedReason === undefined ? {} : { suspendedReason }),
      ...(pausedReason === undefined ? {} : { pausedReason }),
    };
  });

  /** After a suspension: staff mended the cause, and the counting begins anew. 409 when it is not suspended. */
  app.post('/practice/reinstatement', { schema: { tags } }, async (request) => {
    const tell = await reinstate(db, request.practiceId, limited(request));
    if (!tell) throw new AppError('not_suspended');
    await workflows.tell({ wake: tell });
    await workflows.wakeDispatcher(request.practiceId);
    return { reinstated: true };
  });
}

/** Phone numbers are read as the practice writes them: by its new country, or the one that is stored. */
function checkSettings(patch: Partial<Settings>, stored: Settings): EntryProblem[] {
  const problems: EntryProblem[] = [];
  const wrong = (path: string, message: string): void => {
    problems.push({ path, message });
  };
  for (const name of ['optInLead', 'optInExpires'] as const)
    if (patch[name] !== undefined && !((durationMs(patch[name]) ?? Infinity) <= limits.durationMs))
      wrong(`/${name}`, 'must be an ISO 8601 duration without months and years, up to 366 days');
  if (patch.timeZone !== undefined && !isTimeZone(patch.timeZone))
    wrong('/timeZone', 'is no IANA time zone');
  if (patch.landingUrl != null && !URL.canParse(patch.landingUrl))
    wrong('/landingUrl', 'is no https address');
  if (patch.privacyPolicy != null && !URL.canParse(patch.privacyPolicy.url))
    wrong('/privacyPolicy/url', 'is no https address');
  const { sender } = patch;
  for (const [field, check] of Object.entries(senderChecks)) {
    const value = sender?.[field as keyof typeof senderChecks];
    const problem = value == null ? undefined : check(value);
    if (problem !== undefined) wrong(`/sender/${field}`, problem);
  }
  const replyTo = sender?.replyTo ? normaliseEmail(sender.replyTo) : undefined;
  if (sender && replyTo !== undefined) sender.replyTo = replyTo;
  if (sender?.smsFrom && !/^\d{3,6}$/.test(sender.smsFrom)) {
    const number = normalisePhone(sender.smsFrom, patch.defaultCountry ?? stored.defaultCountry);
    if (number === undefined) wrong('/sender/smsFrom', 'is no phone number');
    else sender.smsFrom = number;
  }
  return problems;
}

const emailProblem = (value: string): string | undefined =>
  normaliseEmail(value) === undefined ? 'is no email address' : undefined;

/** What would make every message fail, or show another's name, is refused while somebody is there to correct it. */
const senderChecks = {
  displayName: nameProblem,
  replyTo: emailProblem,
  // `Name <address>` was always taken; only the address counts.
  emailFrom: (value: string) =>
    addressIn(value) === undefined ? 'is no email address' : undefined,
  supportPhone: supportPhoneProblem,
  postalAddress: postalAddressProblem,
} as const;

/** Practices and keys, with `ADMIN_KEY`; without one configured these routes do not exist. */
export function registerPracticeAdmin(app: FastifyInstance, { config, db }: AppContext): void {
  const tags = ['Administration'];
  app.addHook('onRequest', async (request) => {
    if (config.adminKey === undefined) throw new AppError('not_found');
    const key = bearer(request);
    if (key === undefined || !equalSecrets(key, config.adminKey))
      throw new AppError('unauthorized');
  });

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
}
