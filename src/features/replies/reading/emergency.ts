import { classes, type Tagged } from './tag.ts';

/**
 * A person who wants to die, or cannot go on living, writes of an end and does not mean the texts. Staff must read it: the
 * rule keeps the reply from being taken for a stop and looking dealt with.
 */
const despair =
  /\b(want|wanna|wish|ready|going|gonna|rather|better off|plan|planning|thinking (of|about))( i| to| was| were| be| about)* (die|dead|dying|not be here|not exist)\b|\b(kill|hurt|harm|cut)(ing)? (myself|my self)\b|\bsuicid\w*|\bend (my life|it all)\b|\b(cant|cannot|can not|(dont|do not) (want|wanna|know how)( to)?|tired of)( keep| even)? (live|living|go on|going on|be here|be alive|wake up)\b(?! (mon|tues|wednes|thurs|fri|satur|sun)day)|\b(i|we) (just )?(wish|want) (it|everything|life)( \w+){0,4} (ended|end|over)\b|\bno (reason|point) (to live|in living)\b|\b(quiero|quisiera|deseo|prefiero|voy a|ganas de)( \w+)? ?(morir|morirme|matar|matarme|desaparecer)\b|\bno (quiero|puedo)( seguir)? (vivir|viviendo|vivir asi|seguir asi)\b|\bmake (it|this) stop\b.*\b(hurts?|hurting|pain)\b|\b(hurts?|hurting|pain)\b.*\bmake (it|this) stop\b|\bque pare el dolor\b|\bacabar con (todo|mi vida)\b|\bquitarme la vida\b/;

const ofTexts = classes('contact|texts|list');

export function isDespair(sentences: readonly Tagged[]): boolean {
  return (
    sentences.some(({ plain }) => despair.test(plain)) &&
    !sentences.some(({ letters }) => ofTexts.test(letters))
  );
}
