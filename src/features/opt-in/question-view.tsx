import { carriedBy, type OptInPage, type Question } from './opt-in-page.ts';
import type { Locale } from '../../core/locale.ts';
import { BirthDate, firstDateBox } from '../../platform/ui/birth-date.tsx';
import { Paragraphs, Wrong, wrongId, type WrongLine } from '../../platform/ui/parts.tsx';
import { words, type Words } from './words.ts';

/** The question of the opt-in page: its words, its form, and the problem and values of a refused answer. */

type Asking = Extract<OptInPage, { question?: Question }>;

/** All that stands around the full text, in the order of the page. */
type Asked = {
  heading: string;
  lines: string[];
  agree: string;
  alsoSms?: string;
  accept: string;
  /** Absent: there was a no already. */
  decline?: string;
};

function wordsOf(page: Asking, question: Question, say: Words): Asked {
  const { method, practice } = page;
  const { smsEnding } = question;
  const { open, accepted } = say;
  if (page.state === 'accepted')
    return {
      heading: accepted.smsHeading(practice, smsEnding ?? ''),
      lines: [open.risk.sms],
      agree: open.agree.sms(practice),
      accept: accepted.smsAccept,
      decline: open.decline.sms,
    };
  return {
    heading: open.heading[method](practice),
    lines: [smsEnding === undefined ? open.about[method] : open.aboutPlain, open.risk[method]],
    agree: open.agree[method](practice),
    ...(smsEnding === undefined ? {} : { alsoSms: open.alsoSms(smsEnding) }),
    accept: open.accept,
    ...(page.state === 'open' ? { decline: open.decline[method] } : {}),
  };
}

/** The words the person read and pressed, besides the full text: for the evidence. Empty: the page asks nothing. */
export function askedOn(page: OptInPage, locale: Locale): string {
  if (!('question' in page) || !page.question) return '';
  const say = words[locale];
  const { heading, lines, agree, alsoSms, accept, decline } = wordsOf(page, page.question, say);
  const date = page.question.birthDate ? say.birthDate.label : undefined;
  return [heading, ...lines, date, agree, alsoSms, accept, decline]
    .filter((line) => line !== undefined)
    .join('\n');
}

/** First what is wrong, where the eye is, with the way to where it is put right. */
export function WrongAnswer(props: {
  question: Question | undefined;
  locale: Locale;
}): JSX.Element {
  const { question, locale } = props;
  if (!question?.problem) return <></>;
  return <Wrong lines={linesOf(question.problem, words[locale])} />;
}

function linesOf(problem: NonNullable<Question['problem']>, say: Words): WrongLine[] {
  switch (problem.type) {
    case 'changed':
    case 'unanswered':
      return [{ text: say.problems[problem.type], at: 'answer' }];
    case 'identity':
      return [{ text: say.birthDate.wrong(problem.triesLeft), at: firstDateBox }];
    case 'missing':
      return problem.fields.map((field) =>
        field === 'agree'
          ? { text: say.problems.agree, at: 'agree' }
          : { text: say.birthDate.missing, at: firstDateBox },
      );
  }
}

/**
 * `level`: of its heading; absent: it has none of its own. `quiet`: a no was said, and yes is not pressed on anybody.
 */
export function QuestionForm(props: {
  page: Asking;
  question: Question;
  locale: Locale;
  level: 1 | 2;
  quiet?: boolean;
}): JSX.Element {
  const { page, question, locale, level, quiet = false } = props;
  const say = words[locale];
  const asked = wordsOf(page, question, say);
  const problem = question.problem;
  const form = (
    <Answer page={page} question={question} asked={asked} locale={locale} quiet={quiet} />
  );
  const lines = (
    <div class="lead">
      {asked.lines.map((line) => (
        <p safe>{line}</p>
      ))}
      <p>
        <a href="#details" safe>
          {say.open.readFirst}
        </a>
      </p>
    </div>
  );
  return (
    <>
      {level === 1 ? <h1 safe>{asked.heading}</h1> : <h2 safe>{asked.heading}</h2>}
      {problem ? form : lines}
      {problem ? lines : form}
      <section id="details" class="details">
        {level === 1 ? <h2 safe>{say.open.details}</h2> : <h3 safe>{say.open.details}</h3>}
        <Paragraphs text={question.shown.text} phone={page.supportPhone} />
      </section>
    </>
  );
}

/** A yes takes the box and the button; a no only its button. The first button is the one that the Enter key presses. */
function Answer(props: {
  page: Asking;
  question: Question;
  asked: Asked;
  locale: Locale;
  quiet: boolean;
}): JSX.Element {
  const { page, question, asked, locale, quiet } = props;
  const { problem, kept } = question;
  const lacks = (field: 'birthDate' | 'agree'): boolean =>
    problem?.type === 'missing' && problem.fields.includes(field);
  const wrongDate = problem?.type === 'identity' || lacks('birthDate');
  const { alsoSms, decline } = asked;
  return (
    <form method="post" id="answer">
      <input type="hidden" name="seen" value={carriedBy(question, askedOn(page, locale))} />
      {page.state === 'accepted' ? <input type="hidden" name="channel" value="sms" /> : ''}
      {question.birthDate ? (
        <BirthDate
          locale={locale}
          typed={kept?.birthDate ?? ''}
          refusable={decline !== undefined}
          problemId={wrongDate ? wrongId : undefined}
        />
      ) : (
        ''
      )}
      <Tick
        name="agree"
        value="yes"
        on={kept?.agreed}
        wrong={lacks('agree')}
        label={asked.agree}
        // Where the email's "Yes" leads. After a no it would unfold what a browser sent there again.
        anchor={quiet ? undefined : 'yes'}
      />
      {alsoSms === undefined ? (
        ''
      ) : (
        <Tick name="sms" value="accept" on={kept?.sms} label={alsoSms} />
      )}
      <button class={quiet ? 'no' : 'yes'} type="submit" name="decision" value="accept" safe>
        {asked.accept}
      </button>
      {decline === undefined ? (
        ''
      ) : (
        <button id="no" class="no" type="submit" name="decision" value="decline" safe>
          {decline}
        </button>
      )}
    </form>
  );
}

/** A box that is empty until the person ticks it; consent to SMS is not bundled with that to email. */
function Tick(props: {
  name: 'agree' | 'sms';
  value: string;
  on: boolean | undefined;
  label: string;
  wrong?: boolean;
  anchor?: string | undefined;
}): JSX.Element {
  const { name, value, on = false, label, wrong = false, anchor } = props;
  return (
    <label
      class={wrong ? 'box framed missing' : 'box framed'}
      for={name}
      {...(anchor === undefined ? {} : { id: anchor })}
    >
      <input
        type="checkbox"
        id={name}
        name={name}
        value={value}
        checked={on}
        {...(wrong ? { 'aria-invalid': 'true', 'aria-describedby': wrongId } : {})}
      />
      <span safe>{label}</span>
    </label>
  );
}
