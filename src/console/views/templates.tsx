import { Console, Table, Time, Written, type Frame } from './layout.tsx';
import { Csrf } from './said.tsx';
import { kindNames, methodNames } from './say.ts';
import type { MessageKind } from '../../core/message/message.ts';
import type { Method } from '../../core/method.ts';

export type TemplateEntry = {
  name: string;
  method: Method;
  locale: string;
  version: string;
  isDefault: boolean;
  savedAt?: string;
};

export type TemplateWords = { subject?: string; text: string; html?: string };

export type Preview = Partial<TemplateWords> & {
  segments?: { count: number; encoding?: string };
  problems: { code: string; path: string; message: string }[];
};

const languages: Record<string, string> = { en: 'English', es: 'Spanish' };

function nameOf({ name, method, locale }: TemplateEntry): string {
  const what = name === 'opt_in' ? 'Opt-in' : kindNames[name as MessageKind];
  return `${what}, ${methodNames[method].toLowerCase()}, ${languages[locale] ?? locale}`;
}

function addressOf({ name, method, locale }: TemplateEntry): string {
  return `/console/templates/${name}/${method}/${locale}`;
}

const columns = { template: 'Template', version: 'Version', saved: 'Saved' };

export function templatesPage(props: {
  frame: Frame;
  zone: string;
  templates: TemplateEntry[];
}): string {
  const { frame, zone, templates } = props;
  return String(
    <Console title="Templates" frame={frame} here="/console/templates">
      <p>
        The words of the opt-in and of each kind of message. What the ledger holds is the version
        that a person was shown; a change makes a new one.
      </p>
      <Table caption="Templates" columns={Object.values(columns)} cards>
        {templates.map((template) => (
          <tr>
            <th scope="row">
              <a href={addressOf(template)} safe>
                {nameOf(template)}
              </a>
            </th>
            <td data-label={columns.version} safe>
              {template.isDefault ? 'as shipped' : template.version}
            </td>
            <td data-label={columns.saved}>
              {template.savedAt === undefined ? '' : <Time iso={template.savedAt} zone={zone} />}
            </td>
          </tr>
        ))}
      </Table>
    </Console>,
  );
}

/** `words`: saved, or as somebody typed them; the preview is of these. */
export function templatePage(props: {
  frame: Frame;
  template: TemplateEntry;
  words: TemplateWords;
  variables: string[];
  preview: Preview;
}): string {
  const { frame, template, words, variables, preview } = props;
  const at = addressOf(template);
  const { method, name } = template;
  return String(
    <Console title={nameOf(template)} frame={frame} here="/console/templates">
      <div class="columns">
        <form method="post" action={at} class="stack">
          <Csrf token={frame.csrf} />
          {method === 'sms' ? (
            ''
          ) : (
            <>
              <label for="subject">Subject</label>
              <input id="subject" name="subject" value={words.subject ?? ''} required />
            </>
          )}
          <label for="text">Text</label>
          <p class="hint" id="text-hint" safe>
            {`Values: ${variables.map((one) => `{{ ${one} }}`).join(', ') || 'none'}. A blank line parts paragraphs.`}
          </p>
          <textarea id="text" name="text" rows="14" required aria-describedby="text-hint" safe>
            {words.text}
          </textarea>
          {method === 'email' && name !== 'opt_in' ? (
            <>
              <label for="html">HTML (may be empty)</label>
              <textarea id="html" name="html" rows="8" safe>
                {words.html ?? ''}
              </textarea>
            </>
          ) : (
            ''
          )}
          <span class="row">
            <button name="do" value="preview">
              Preview
            </button>
            <button class="main" name="do" value="save">
              Save as a new version
            </button>
          </span>
        </form>
        <section aria-labelledby="preview">
          <h2 id="preview">Preview</h2>
          <PreviewOf preview={preview} method={method} />
        </section>
      </div>
      {template.isDefault ? (
        ''
      ) : (
        <form method="post" action={at}>
          <Csrf token={frame.csrf} />
          <button class="plain" name="do" value="reset">
            Back to the shipped words
          </button>
        </form>
      )}
    </Console>,
  );
}

function PreviewOf({ preview, method }: { preview: Preview; method: Method }): JSX.Element {
  const { problems, segments, subject, text, html } = preview;
  return (
    <>
      {problems.length === 0 ? (
        <p>Nothing keeps these words from being saved.</p>
      ) : (
        <div class="refused" role="alert">
          <p>These words cannot be saved:</p>
          <ul>
            {problems.map(({ code, message }) => (
              <li>
                <code safe>{code}</code> <span safe>{message}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {segments === undefined ? (
        ''
      ) : (
        <p>{`${segments.count} ${segments.count === 1 ? 'segment' : 'segments'}: that is what one text costs.`}</p>
      )}
      {text === undefined ? (
        ''
      ) : (
        <figure class={method === 'sms' ? 'bubble' : 'mail'}>
          <Written subject={subject} text={text} />
        </figure>
      )}
      {html === undefined ? (
        ''
      ) : (
        <iframe title="The HTML of the email" sandbox="" srcdoc={html} loading="lazy" />
      )}
    </>
  );
}
