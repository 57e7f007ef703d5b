/** Numbers in a sentence, which a phone calls or texts when they are pressed. */

/** Private-use characters that no text of ours has: words stay whole sentences, whatever they hold. */
const marks = { call: '\uE000', text: '\uE001', end: '\uE002' };

/** A number that is called. */
export function callable(number: string): string {
  return `${marks.call}${number}${marks.end}`;
}

/** A number that is texted. */
export function textable(number: string): string {
  return `${marks.text}${number}${marks.end}`;
}

const numbers = new RegExp(`([${marks.call}${marks.text}])([^${marks.end}]*)${marks.end}`);

/** A sentence with its numbers as links. */
export function Sentence({ text }: { text: string }): JSX.Element {
  const [before = '', mark, number = '', ...rest] = text.split(numbers);
  if (mark === undefined) return <span safe>{before}</span>;
  const scheme = mark === marks.call ? 'tel' : 'sms';
  return (
    <>
      <span safe>{before}</span>
      <Dial scheme={scheme} number={number} />
      <Sentence text={rest.join('')} />
    </>
  );
}

function Dial({ scheme, number }: { scheme: 'tel' | 'sms'; number: string }): JSX.Element {
  const target = dialled(number);
  if (target === undefined) return <span safe>{number}</span>;
  return (
    <a class="number" href={`${scheme}:${target}`} safe>
      {readable(number)}
    </a>
  );
}

/** The number that a phone dials: no extension, which it would dial too early. Undefined: there is none. */
function dialled(number: string): string | undefined {
  const digits = number.replace(/\s*(?:ext\.?|x|#)\s*\d+$/i, '').replaceAll(/[^\d+]/g, '');
  return /^\+?\d{3,}$/.test(digits) ? digits : undefined;
}

/** `(202) 555-0100`, as people in the United States and Canada know their numbers; others as they are. */
function readable(number: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area === undefined ? number : `(${area}) ${exchange}-${line}`;
}
