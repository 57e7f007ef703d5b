import { classes, type Tagged } from './tag.ts';

const needless =
  /\b(no need (for (you|u|yall) )?to|(you|u|yall) ((dont|do not) (need|have) to|need not)|no (hace falta|es necesario|hay necesidad de|necesitan?|tienen? que))\b(?!.*\b(back|remind\w*|record\w*)\b)(?=.*\b(me|us|nos|texts|messages|this|mensajes|textos|\w{5,}(me|nos))\b)/;
const needlessContact = classes(
  `(contact|call (or|and) contact) (me|number|texts|more|nomore|contact|(or|and) (contact|call)|prep (?=me|number))*$`,
);

/**
 * "You don't need to text me", "no need to message us": asks kindly for no texts. To text back, or to remind of one visit,
 * may be all that is not needed. `clauses`: the parts of the sentence, as letters.
 */
export function needsNoContact({ plain, question }: Tagged, clauses: readonly string[]): boolean {
  return (
    !question && needless.test(plain) && clauses.some((clause) => needlessContact.test(clause))
  );
}
