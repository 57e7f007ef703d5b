import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { changeSettings, readPractice } from '../../record/practices/practice-store.ts';
import {
  readPauseNote,
  reinstate,
  type SwitchCheck,
} from '../../record/practices/practice-switches.ts';
import { releasedByPractice } from '../../record/messages/release.ts';
import { readAllotment } from '../../record/practices/sender-store.ts';
import { isCountry, normaliseEmail } from '../../core/address.ts';
import {
  askTheOperator,
  malformedSender,
  readMailbox,
  readSender,
  senderKinds,
} from '../../core/allotment.ts';
import { method } from '../../core/message/message-schema.ts';
import { limits } from '../../core/limits.ts';
import { messageKinds } from '../../core/message/message.ts';
import { consentMethods, methods } from '../../core/method.ts';
import { nameProblem } from '../../core/one-line.ts';
import { retentionProblem } from '../../core/retention.ts';
import { missingSender, postalAddressProblem, supportPhoneProblem } from '../../core/sender.ts';
import { durationMs, type Settings } from '../../core/settings.ts';
import { AppError } from '../../platform/errors.ts';
import { workOffLooks } from '../../signals/look-further.ts';
import { isTimeZone } from '../../record/contacts/contact-body.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { invalid, type EntryProblem } from '../../platform/http/entries.ts';
import { limitRelease } from '../../record/messages/release-limit.ts';

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
      bookingCountries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
        maxItems: limits.bookingCountries,
        uniqueItems: true,
      }),
      quietHours: orNull(
        Type.Object(
          {
            from: timeOfDay,
            to: timeOfDay,
            methods: Type.Array(method, { maxItems: methods.length, uniqueItems: true }),
            kinds: Type.Array(Type.Enum([...messageKinds]), {
              maxItems: messageKinds.length,
              uniqueItems: true,
            }),
          },
          { additionalProperties: false },
        ),
      ),
      retention: Type.Partial(
        Type.Object({ messages: orNull(duration), replies: orNull(duration) }, strict),
        strict,
      ),
      sender: Type.Partial(
        Type.Object(
          {
            displayName: orNull(text(limits.displayNameCharacters)),
            emailFrom: orNull(text(320)),
            replyTo: orNull(text(320)),
            smsFrom: orNull(text(20)),
            supportPhone: orNull(text(40)),
            postalAddress: orNull(text(300)),
            faxGateway: orNull(text(253)),
          },
          strict,
        ),
        strict,
      ),
      // Read-only fields of `GET`, so that its answer can be sent back as it is.
      senderMissing: Type.Unknown(),
      sendersAllotted: Type.Unknown(),
    },
    strict,
  ),
  strict,
);

/**
 * `GET` and `PATCH /v1/settings` of the key's own practice. Both answer with `senderMissing`: the fields of `sender`
 * without which no opt-in is sent; empty when nothing is missing. `emailFrom` and `smsFrom` are among them only where
 * the installation has none to lend either. `sendersAllotted`: the values allowed for `sender.emailFrom`, `smsFrom` and
 * `faxGateway`, and in live mode for `displayName` beside the practice's own name; any other is 403
 * `sender_not_allotted`, and `details` names the request to make to the operator.
 */
export function registerSettings(
  app: FastifyInstance,
  { config, db, workflows }: AppContext,
): void {
  const presented = async (practice: { id: string; name: string; settings: Settings }) => ({
    ...practice.settings,
    senderMissing: missingSender(practice, config.senders, consentMethods),
    sendersAllotted: await readAllotment(db.prisma, practice.id),
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
      const { senderMissing: _missing, sendersAllotted: _allotted, ...body } = request.body;
      const patch = structuredClone(body) as Partial<Settings>;
      const practice = await readPractice(db, request.practiceId);
      if (!practice) throw new AppError('not_found');
      const problems = checkSettings(patch, practice.settings);
      if (problems.length > 0) throw invalid(problems);
      const changed = await changeSettings(db, request.practiceId, patch, limited(request), {
        anyName: config.mode === 'sandbox',
      });
      if ('refused' in changed)
        throw new AppError('sender_not_allotted', undefined, {
          details: changed.refused.map((kind) => ({
            path: `/sender/${kind}`,
            message: askTheOperator(practice.id, kind),
          })),
        });
      await workOffLooks({ db, workflows }, request.practiceId);
      return presented({ ...practice, settings: changed.settings });
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
      ...(pausedReason === undefined
        ? {}
        : { pausedReason: (await readPauseNote(db, practiceId)) ?? pausedReason }),
    };
  });

  /** After a suspension: staff fixed the cause, and the counting starts over. 409 when it is not suspended. */
  const impersonal = { idempotency: { impersonal: true } } as const;
  app.post('/practice/reinstatement', { schema: { tags }, config: impersonal }, async (request) => {
    const reinstated = await reinstate(db, request.practiceId, limited(request));
    if (!reinstated) throw new AppError('not_suspended');
    await workOffLooks({ db, workflows }, request.practiceId);
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
  if (patch.optInExpires !== undefined && durationMs(patch.optInExpires) === 0)
    wrong('/optInExpires', 'must be longer than nothing: every link would be expired as it leaves');
  for (const name of ['messages', 'replies'] as const) {
    const kept = patch.retention?.[name];
    const problem = kept == null ? undefined : retentionProblem(kept);
    if (problem !== undefined) wrong(`/retention/${name}`, problem);
  }
  if (patch.timeZone !== undefined && !isTimeZone(patch.timeZone))
    wrong('/timeZone', 'is no IANA time zone');
  if (patch.defaultCountry !== undefined && !isCountry(patch.defaultCountry))
    wrong('/defaultCountry', 'is no country');
  for (const [index, country] of (patch.bookingCountries ?? []).entries())
    if (!isCountry(country)) wrong(`/bookingCountries/${index}`, 'is no country');
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
  for (const kind of senderKinds) {
    const typed = sender?.[kind];
    // What is wrong with a name was said above, in its own words.
    if (!sender || typed == null || kind === 'displayName') continue;
    const read =
      kind === 'emailFrom'
        ? readMailbox(typed)
        : readSender(kind, typed, patch.defaultCountry ?? stored.defaultCountry);
    if (read === undefined) wrong(`/sender/${kind}`, malformedSender[kind]);
    else sender[kind] = read;
  }
  return problems;
}

const emailProblem = (value: string): string | undefined =>
  normaliseEmail(value) === undefined ? 'is no email address' : undefined;

/**
 * Refuses values that would make every message fail, or show another's name, while somebody is there to correct them.
 */
const senderChecks = {
  displayName: nameProblem,
  replyTo: emailProblem,
  supportPhone: supportPhoneProblem,
  postalAddress: postalAddressProblem,
} as const;
