import { hasPart, type Method } from '../core/method.ts';
import { Output, Tag, toValueSync, Value, type Template as Parsed } from 'liquidjs';
import type { TemplateBody } from './template.ts';

/**
 * The values of an opt-in that an answer is given with: the link, which holds a token, and the code of a shared number.
 * Only the person may know them, so a practice's template must tell nothing about them: it may place them, and no more.
 * Two locks, each enough alone: a template is rendered with marks in their place, which are exchanged for the real
 * values only in the message that leaves; and a template that does more than place them is neither saved nor used.
 */
export const answerKeys = ['link', 'code'] as const;
export type AnswerKey = (typeof answerKeys)[number];

/** Characters that nobody writes (Unicode, private use; `practiceMark` is another). */
export const keyMarks: Record<AnswerKey, string> = { link: '\uE002', code: '\uE003' };

export const keyRule: Record<AnswerKey, string> = {
  link: '`link` may only be placed as `{{ link }}`, alone on its line (in an SMS: between spaces), without a filter or a condition',
  code: '`code` may only be placed as `{{ code }}`, between spaces, without a filter; `{% if code %}` may ask for it',
};

/**
 * The keys that a part of a template does more with than placing them; in a subject, that it mentions. `mentions`: of
 * each name in it.
 */
export function misusedIn(
  field: keyof TemplateBody,
  parsed: readonly Parsed[],
  mentions: Readonly<Record<string, readonly unknown[]>>,
): AnswerKey[] {
  const placed = field === 'text' ? placements(parsed) : [];
  // Compared by number, so that a way to mention a value that is unknown here is refused.
  return answerKeys.filter(
    (key) => (mentions[key]?.length ?? 0) !== placed.filter((name) => name === key).length,
  );
}

/** The mentions that are allowed, one name for each. */
function placements(parsed: readonly Parsed[]): string[] {
  return parsed.flatMap((part) => {
    if (part instanceof Output) return nameOf(part.value) ?? [];
    const inner = part.children ? toValueSync(part.children(false, true)) : [];
    const values = [...(part.arguments?.() ?? [])];
    const asked = part instanceof Tag && ['if', 'unless'].includes(part.name) ? values : [];
    return [
      ...asked.flatMap((value) =>
        // A condition tells more than a place does; only of the code is it told whether there is one.
        value instanceof Value && nameOf(value) === 'code' ? ['code'] : [],
      ),
      ...placements(inner),
    ];
  });
}

/** The name where a value is one name and nothing else. */
function nameOf({ filters, initial }: Value): string | undefined {
  const [token, ...others] = initial.postfix;
  if (filters.length > 0 || others.length > 0 || token === undefined) return undefined;
  const name = token.getText();
  return answerKeys.find((key) => key === name);
}

/** The keys that are glued to something in a rendered part, such as to another address. */
export function gluedIn(
  { subject, text }: TemplateBody,
  { method }: { method: Method },
): AnswerKey[] {
  const lines = text.split('\n');
  const { link, code } = keyMarks;
  const alone: Record<AnswerKey, boolean> = {
    link: hasPart(method, 'html')
      ? lines.every((line) => !line.includes(link) || line === link)
      : lines.every((line) => parted(line, link).every((word) => word === link)),
    code: lines.every((line) =>
      parted(line, code).every((word) => word.replace(/[.,;!?]$/, '') === code),
    ),
  };
  return answerKeys.filter((key) => !alone[key] || subject?.includes(keyMarks[key]) === true);
}

/** The words that hold a mark. Only a plain space parts words for every program that makes links of them. */
function parted(line: string, mark: string): string[] {
  return line.split(' ').filter((word) => word.includes(mark));
}

type Keys = { link: string; code?: string | undefined };

/** For the person, in the message that leaves. */
export function withKeys(marked: string, { link, code }: Keys): string {
  return marked.replaceAll(keyMarks.link, () => link).replaceAll(keyMarks.code, () => code ?? '');
}

/** For everybody else, such as readers of the evidence: where a key was, without it. */
export function withoutKeys(marked: string, { link }: Pick<Keys, 'link'>): string {
  return withKeys(marked, { link: `${link.slice(0, link.lastIndexOf('/') + 1)}…`, code: '…' });
}
