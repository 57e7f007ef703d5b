import { hasPart } from '../../core/method.ts';
import { limits } from '../../core/limits.ts';
import {
  recommendedNames,
  statementNames,
  type RecommendedCode,
  type StatementCode,
} from '../opt-in/opt-in-lint.ts';
import { countSegments } from '../../core/sms-segments.ts';
import { compile, isName, type Values } from '../../templates/engine.ts';
import { missingEver, misusedEver, recommendedEver, renderOptIn } from '../opt-in/render-opt-in.ts';
import { sampleFor } from '../opt-in/opt-in-values.ts';
import {
  optInVariables,
  practiceVariables,
  type Template,
  type TemplateBody,
  type TemplateKey,
} from '../../templates/template.ts';

/** A problem that keeps a template from being saved. */
export type TemplateProblem = {
  code:
    | StatementCode
    | 'syntax'
    | 'personal_field'
    | 'answer_key_misused'
    | 'bad_name'
    | 'subject_missing'
    | 'subject_not_allowed'
    | 'html_not_allowed'
    | 'sms_too_long';
  path: string;
  message: string;
};

/** Empty: it may be saved. Messages name variables and statements, never a value. */
export function checkTemplate(key: TemplateKey, body: TemplateBody): TemplateProblem[] {
  const problems = checkFields(key, body);
  const compiled = compile(body);
  if (!compiled.ok)
    return [
      ...problems,
      ...compiled.problems.map(({ field, message }) => ({
        code: 'syntax' as const,
        path: `/${field}`,
        message,
      })),
    ];
  const template: Template = { ...key, version: 'draft', body };
  const { variables } = compiled.compiled;
  return [
    ...problems,
    ...(key.name === 'opt_in'
      ? checkOptIn(template, variables)
      : variables
          .filter((name) => !isName(name))
          .map((name) => ({
            code: 'bad_name' as const,
            path: '/text',
            message: `\`${name}\` is no name of a value: a letter, then letters, digits and _`,
          }))),
    ...(problems.length === 0 ? checkRendering(template, variables) : []),
  ];
}

/** A recommended statement that a template lacks; it may be saved and sent without. Empty if it cannot be rendered. */
export type TemplateWarning = { code: RecommendedCode; path: string; message: string };

export function warnTemplate(key: TemplateKey, body: TemplateBody): TemplateWarning[] {
  if (key.name !== 'opt_in') return [];
  try {
    return recommendedEver({ ...key, version: 'draft', body }).map((code) => ({
      code,
      path: '/text',
      message: `does not say ${recommendedNames[code]}`,
    }));
  } catch {
    // Why it cannot be rendered is among its problems.
    return [];
  }
}

/** Which parts a method has. An opt-in's HTML is made from its text, so that both say the same. */
function checkFields({ name, method }: TemplateKey, body: TemplateBody): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  if (!hasPart(method, 'subject')) {
    if (body.subject !== undefined)
      problems.push({
        code: 'subject_not_allowed',
        path: '/subject',
        message: 'an SMS has no subject',
      });
  } else if (body.subject === undefined)
    problems.push({ code: 'subject_missing', path: '/subject', message: 'is missing' });
  if (body.html !== undefined && (!hasPart(method, 'html') || name === 'opt_in'))
    problems.push({
      code: 'html_not_allowed',
      path: '/html',
      message:
        name === 'opt_in'
          ? 'the HTML of an opt-in is made from its text, so that both say the same'
          : 'only an email has HTML',
    });
  return problems;
}

function checkOptIn(template: Template, variables: readonly string[]): TemplateProblem[] {
  const allowed: readonly string[] = optInVariables;
  const others = variables.filter((name) => !allowed.includes(name));
  return [
    ...others.map((name) => ({
      code: 'personal_field' as const,
      path: '/text',
      message: `\`${name}\` may not be in an opt-in; only ${allowed.join(', ')}: until the person said yes, nothing may name them or why they come`,
    })),
    // With unknown names in it nothing can be rendered, so nothing can be said of its statements.
    ...(others.length > 0
      ? []
      : rendered(() => [
          ...misusedEver(template).map(({ field, rule }) => ({
            code: 'answer_key_misused' as const,
            path: `/${field}`,
            message: rule,
          })),
          ...missingEver(template).map((code) => ({
            code,
            path: '/text',
            message: `lacks ${statementNames[code]}`,
          })),
        ])),
  ];
}

/** Rendered once with values of ordinary size, to find texts that are too long before they are due. */
function checkRendering(template: Template, variables: readonly string[]): TemplateProblem[] {
  return rendered(() => {
    if (template.name !== 'opt_in' && variables.every(isName)) renderSample(template.body, {});
    if (template.name !== 'opt_in' || template.method !== 'sms') return [];
    const rendering = renderOptIn(template, sampleFor(template.method));
    const count = rendering.ok ? countSegments(rendering.shown.text).count : 0;
    if (count <= limits.smsSegments) return [];
    const message = `the SMS has ${count} segments, at most ${limits.smsSegments} are allowed`;
    return [{ code: 'sms_too_long', path: '/text', message }];
  });
}

/** Reports a rendering that takes too long or too much as a problem of the template. */
function rendered(check: () => TemplateProblem[]): TemplateProblem[] {
  try {
    return check();
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    return [{ code: 'syntax', path: '/text', message: message || 'cannot be rendered' }];
  }
}

/** Renders a preview: `values` where they are given, elsewhere the variable's name in brackets. */
export function renderSample(body: TemplateBody, values: Values): TemplateBody | undefined {
  const compiled = compile(body);
  if (!compiled.ok) return undefined;
  const stand = Object.fromEntries(
    [...practiceVariables, ...compiled.compiled.variables].map((name) => [name, `[${name}]`]),
  );
  const rendering = compiled.compiled.render({ ...stand, ...values });
  return rendering.ok ? rendering.content : undefined;
}
