import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { offeredMethods } from './booking-page.ts';
import { createBooking, type BookingGiven } from '../../record/links/booking-store.ts';
import { newToken } from '../../platform/db/cipher.ts';
import { readPractice } from '../../record/practices/practice-store.ts';
import { id } from '../../core/message/message-schema.ts';
import { consentMethods } from '../../core/method.ts';
import { AppError } from '../../platform/errors.ts';
import { contactSchema, readContact } from '../../record/contacts/contact-body.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { invalid } from '../../platform/http/entries.ts';

const { name, email, phone, locale, birthDate } = contactSchema.properties;
const bookingBody = Type.Object(
  {
    contactId: Type.Optional(id),
    name: Type.Optional(name),
    email,
    phone,
    methods: Type.Optional(
      Type.Array(Type.Enum([...consentMethods]), {
        minItems: 1,
        maxItems: consentMethods.length,
        uniqueItems: true,
      }),
    ),
    locale,
    birthDate,
    returnUrl: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2_000 })),
  },
  { additionalProperties: false },
);
type BookingBody = Static<typeof bookingBody>;

/** First booking, begun by the practice's own scheduler (contract, "Practice"; docs/booking.md). */
export function registerBookingSessions(app: FastifyInstance, { config, db }: AppContext): void {
  /**
   * 201 `{ url, token, expiresAt }`: send the person who books to `url`. All fields may be left out. `contactId`: the
   * person's contact, now or later; without it an address that exactly one contact has identifies the person, or they
   * are new. `name`, `email`, `phone`, `birthDate`: are not asked again. `methods`: only these are offered. `locale`:
   * the page's language. `returnUrl` (https): where its last button leads; without it the practice's `landingUrl`. 409
   * `practice_off`: nothing can be sent to prove an address.
   */
  app.post<{ Body: BookingBody | null }>(
    '/booking-sessions',
    {
      schema: { tags: ['Booking'], body: Type.Union([bookingBody, Type.Null()]) },
      config: { idempotency: { impersonal: true } },
    },
    async ({ practiceId, body }, reply) => {
      const practice = await readPractice(db, practiceId);
      if (!practice) throw new AppError('not_found');
      const lacks = practice.senderMissing.map((name) => ({
        path: `/sender/${name}`,
        message: 'is missing',
      }));
      if (lacks.length > 0) throw new AppError('sender_missing', undefined, { details: lacks });
      const given = readGiven(body ?? {}, practice.settings.defaultCountry);
      if (offeredMethods(practice, config.senders, given.methods).length === 0)
        throw new AppError('practice_off', 'The practice sends nothing by these methods.');
      const token = newToken();
      const begun = { token, practiceId, hosted: false, given };
      const { expiresAt } = await createBooking(db, db.prisma, begun);
      const url = `${config.http.publicUrl}/b/${token}`;
      return reply.status(201).send({ url, token, expiresAt: expiresAt.toISOString() });
    },
  );

  function readGiven(body: BookingBody, country: string): BookingGiven {
    const { contactId, methods, returnUrl, ...person } = body;
    const read = readContact({ name: '', role: 'client', methods: [], ...person }, country);
    const problems = [...read.problems];
    if (returnUrl !== undefined && !isReturnUrl(returnUrl))
      problems.push({ path: '/returnUrl', message: 'is no https address' });
    if (problems.length > 0) throw invalid(problems);
    const { email, phone } = read.details;
    return {
      ...person,
      ...(email === undefined ? {} : { email }),
      ...(phone === undefined ? {} : { phone }),
      ...(contactId === undefined ? {} : { contactId }),
      ...(methods === undefined ? {} : { methods }),
      ...(returnUrl === undefined ? {} : { returnUrl }),
    };
  }

  /** Without TLS only in the sandbox, where things are tried out. */
  function isReturnUrl(url: string): boolean {
    const secure = url.startsWith('https:') || config.mode === 'sandbox';
    return secure && URL.canParse(url);
  }
}
