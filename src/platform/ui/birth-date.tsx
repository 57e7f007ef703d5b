import { boxesOf } from '../../core/birth-date.ts';
import type { Locale } from '../../core/locale.ts';
import { words } from './words.ts';

/** The box that a sentence about the date leads to. */
export const firstDateBox = 'birthMonth';

/**
 * Three boxes, since a calendar pages back from today month by month on some phones. `typed`: their former values.
 * `problemId`: the sentence that explains the problem. `refusable`: the form has a no, which needs no date.
 */
export function BirthDate(props: {
  locale: Locale;
  typed: string;
  refusable: boolean;
  problemId?: string | undefined;
}): JSX.Element {
  const { locale, typed, refusable, problemId } = props;
  const say = words[locale].birthDate;
  const { month, day, year } = boxesOf(typed);
  const box = { problemId };
  return (
    <fieldset class="date" aria-describedby="birthDateHint">
      <legend class="field" safe>
        {say.label}
      </legend>
      <p class="hint" id="birthDateHint" safe>
        {refusable ? `${say.hint} ${say.notForNo}` : say.hint}
      </p>
      <div class="boxes">
        <DateBox {...box} name={firstDateBox} part="bday-month" label={say.month} value={month} />
        <DateBox {...box} name="birthDay" part="bday-day" label={say.day} value={day} />
        <DateBox {...box} name="birthYear" part="bday-year" label={say.year} value={year} />
      </div>
    </fieldset>
  );
}

function DateBox(props: {
  name: string;
  part: 'bday-month' | 'bday-day' | 'bday-year';
  label: string;
  value: string;
  problemId: string | undefined;
}): JSX.Element {
  const { name, part, label, value, problemId } = props;
  return (
    <div class={part}>
      <label for={name} safe>
        {label}
      </label>
      <input
        type="text"
        id={name}
        name={name}
        inputmode="numeric"
        autocomplete={part}
        value={value}
        {...(problemId ? { 'aria-invalid': 'true', 'aria-describedby': problemId } : {})}
      />
    </div>
  );
}
