import { Console, type Frame } from './layout.tsx';
import { Csrf } from './said.tsx';
import type { Contact } from './shapes.ts';

/** Asks before something with a consequence; the form's fields travel along. */
export function confirmPage(props: {
  frame: Frame;
  title: string;
  /** The contact it is about. */
  who?: Contact | undefined;
  text: string;
  /** The details, a line each. */
  what?: readonly string[];
  /** The remedies afterwards. */
  hint?: string;
  action: string;
  fields: Record<string, string | string[]>;
  button: string;
  back: string;
}): string {
  const { frame, title, who, text, what = [], hint, action, fields, button, back } = props;
  return String(
    <Console title={title} who={who} frame={frame} here="/console">
      <p class="consequence" safe>
        {text}
      </p>
      {what.length === 0 ? (
        ''
      ) : (
        <ul>
          {what.map((line) => (
            <li safe>{line}</li>
          ))}
        </ul>
      )}
      {hint === undefined ? (
        ''
      ) : (
        <p class="hint" safe>
          {hint}
        </p>
      )}
      <form method="post" action={action} class="choice">
        <Csrf token={frame.csrf} />
        {Object.entries(fields).flatMap(([name, values]) =>
          [values].flat().map((value) => <input type="hidden" name={name} value={value} />),
        )}
        <input type="hidden" name="confirmed" value="yes" />
        <button class="danger" safe>
          {button}
        </button>
        <a class="button" href={back}>
          No, go back
        </a>
      </form>
    </Console>,
  );
}
