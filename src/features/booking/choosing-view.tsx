import type { ChoiceProblem } from './booking-choice.ts';
import type { BookingPage, Offer } from './booking-page.ts';
import type { Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { BirthDate, firstDateBox } from '../../platform/ui/birth-date.tsx';
import { Box, Field } from '../../platform/ui/field.tsx';
import { Paragraphs, Wrong, wrongId } from '../../platform/ui/parts.tsx';
import { words, type Words } from './words.ts';

type Choosing = Extract<BookingPage, { state: 'choosing' }>;

/** The field of each problem, for the links above the form. */
const fieldOf: Record<ChoiceProblem, string> = {
  changed: 'text',
  name: 'name',
  birthDate: firstDateBox,
  methods: 'methods',
  email: 'email',
  sms: 'phone',
  abroad: 'phone',
  policy: 'policy',
};

/** The ways to write to the person, and the agreement that goes with them. */
export function ChoosingForm({ page, locale }: { page: Choosing; locale: Locale }): JSX.Element {
  const { practice, offer, problems, filled, token } = page;
  const all = words[locale];
  const say = all.booking.choosing;
  const problem = (name: ChoiceProblem): string | undefined =>
    problems.includes(name) ? say.problems[name] : undefined;
  return (
    <>
      <WrongForm problems={problems} say={say} />
      <h1 safe>{say.title(practice)}</h1>
      <p safe>{say.intro}</p>
      <form method="post" novalidate>
        <input type="hidden" name="seen" value={offer.seen} />
        {token === undefined ? '' : <input type="hidden" name="token" value={token} />}
        {offer.asksName ? (
          <Field
            name="name"
            label={say.name}
            type="text"
            autocomplete="name"
            value={filled?.name ?? ''}
            problem={problem('name')}
          />
        ) : (
          ''
        )}
        {offer.asksBirthDate ? (
          <BirthDate
            locale={locale}
            typed={filled?.birthDate ?? ''}
            refusable={false}
            problemId={problem('birthDate') === undefined ? undefined : wrongId}
          />
        ) : (
          ''
        )}
        <Methods page={page} say={say} problem={problem} />
        <h2 id="text" safe>
          {say.read}
        </h2>
        <Paragraphs text={offer.shown.text} />
        <Policy page={page} say={say} problem={problem('policy')} />
        <button class="yes" type="submit" name="do" value="choose" safe>
          {say.button}
        </button>
      </form>
    </>
  );
}

type Say = Words['booking']['choosing'];

/** All problems first, each with a link to its field. */
function WrongForm(props: { problems: readonly ChoiceProblem[]; say: Say }): JSX.Element {
  const { problems, say } = props;
  if (problems.length === 0) return <></>;
  const lines = problems.map((problem) => ({
    text: say.problems[problem],
    at: fieldOf[problem],
  }));
  return <Wrong intro={say.wrong} lines={lines} />;
}

const boxes = { email: 'byEmail', sms: 'bySms' } as const;
const addresses = {
  email: { name: 'email', type: 'email', autocomplete: 'email' },
  sms: { name: 'phone', type: 'tel', autocomplete: 'tel' },
} as const;

function Methods(props: {
  page: Choosing;
  say: Say;
  problem: (name: ChoiceProblem) => string | undefined;
}): JSX.Element {
  const { page, say, problem } = props;
  const { offer, filled } = page;
  const none = problem('methods');
  return (
    <fieldset id="methods" {...(none ? { 'aria-describedby': 'methodsProblem' } : {})}>
      <legend>
        <h2 safe>{say.methods}</h2>
      </legend>
      {none ? (
        <p class="wrong" id="methodsProblem" safe>
          {none}
        </p>
      ) : (
        ''
      )}
      {offer.methods.map((method) => (
        <>
          <Box
            name={boxes[method]}
            value="yes"
            label={say.method[method]}
            checked={filled?.methods.includes(method) ?? false}
            hint={say.methodHint[method]}
          />
          <Field
            {...addresses[method]}
            label={say.address[method]}
            value={filled?.[addresses[method].name] ?? ''}
            hint={knownAddress(offer, method, say)}
            problem={problem(method) ?? (method === 'sms' ? problem('abroad') : undefined)}
          />
        </>
      ))}
    </fieldset>
  );
}

function knownAddress(offer: Offer, method: ConsentMethod, say: Say): string | undefined {
  const known = offer.known[method];
  return known === undefined ? undefined : say.known[method](known);
}

function Policy(props: { page: Choosing; say: Say; problem: string | undefined }): JSX.Element {
  const { page, say, problem } = props;
  const { practice, offer, filled } = page;
  const { url } = offer.policy;
  return (
    <>
      <h2 safe>{say.policy}</h2>
      {url === undefined ? (
        ''
      ) : (
        <p>
          <a href={new URL(url).href} target="_blank" rel="noopener noreferrer" safe>
            {`${say.open} ${say.newTab}`}
          </a>
        </p>
      )}
      <Box
        name="policy"
        value="agree"
        label={url === undefined ? say.agreeNotice(practice) : say.agree(practice)}
        checked={filled?.agreed ?? false}
        problem={problem}
      />
    </>
  );
}
